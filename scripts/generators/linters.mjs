import { readFileSync, writeFileSync } from 'node:fs';
import { document, documents } from './commands.mjs';
import { npmTool, pythonTool } from './fetch-tools.mjs';

/**
 * Checkers of the documents: shell commands that fail for whatever they find, but for the exceptions, each with its
 * reason beside it. `served` needs a running server.
 */
export function linters() {
  writeFileSync(
    `${documents}/spectral.json`,
    JSON.stringify({
      extends: ['spectral:oas', 'spectral:asyncapi'],
      rules: {
        // A service of one's own has no address for mail in its documents.
        'asyncapi-info-contact-properties': 'off',
        // 3.0.0 is what generators know.
        'asyncapi-latest-version': 'off',
      },
    }),
  );
  writeFileSync(
    `${documents}/redocly.yaml`,
    [
      'extends: [recommended]',
      'rules:',
      '  # What stands beside a pointer is a description, which a reader of draft 7 may leave out.',
      '  spec-ref-siblings: off',
      '  # Only where the server was asked at localhost.',
      '  no-server-example.com: off',
    ].join('\n'),
  );
  const grown = JSON.parse(readFileSync(document('openapi'), 'utf8'));
  grown.components.schemas.Listing.properties.isNew = { type: 'boolean' };
  writeFileSync(document('grown'), JSON.stringify(grown));
  const names = ['openapi', 'webhooks', 'asyncapi'];
  const oasdiff = 'go run github.com/oasdiff/oasdiff@v1.37.0';
  return [
    ...names.map((name) => ({
      name: `${name}.json`,
      by: 'spectral 6.16.3',
      check: `${npmTool('spectral')} lint -r spectral.json --fail-severity hint ${name}.json`,
    })),
    ...names.map((name) => ({
      name: `${name}.json`,
      by: 'redocly 2.77.0',
      check: `${npmTool('redocly')} lint --config redocly.yaml ${name}.json --format json > redocly-${name}.json; node -e '
const { totals } = JSON.parse(fs.readFileSync("redocly-${name}.json"));
if (totals.errors + totals.warnings > 0) throw new Error(fs.readFileSync("redocly-${name}.json", "utf8"))'`,
    })),
    {
      name: 'openapi.json beside itself',
      by: 'oasdiff 1.37.0',
      check: `${oasdiff} diff --fail-on-diff openapi.json openapi.json`,
    },
    {
      name: 'openapi.json with one more field',
      by: 'oasdiff 1.37.0',
      check: `${oasdiff} breaking --fail-on WARN openapi.json grown.json && ${oasdiff} changelog openapi.json grown.json | grep -q isNew`,
    },
  ];
}

/** Requests made of the document to the running server: every answer is one that the document names. */
export const schemathesis = (url, token) => ({
  name: 'requests made of openapi.json',
  by: 'schemathesis 4.32.5',
  check: [
    `${pythonTool('schemathesis')} run ${document('openapi')} --url ${url} --header 'Authorization: Bearer ${token}'`,
    '--phases examples,coverage,fuzzing --max-examples 5 --seed 1 --generation-deterministic --request-timeout 20',
    // Rules between fields and states of a trade are in words: a request that fits the schema may be refused by 422.
    // null and an empty list count as left out, which the schema does not say.
    '--exclude-checks positive_data_acceptance,negative_data_rejection',
    // Those end the session that the others need, or are the operator's.
    "--exclude-operation-id logOut --exclude-operation-id logOutAll --exclude-operation-id endSession --exclude-path-regex '/admin/'",
  ].join(' '),
});
