#!/usr/bin/env node
/**
 * `npm run test:generators -- http://localhost:3000`: makes clients of the documents that a running server serves, with
 * the generators that people use, and compiles them. Outside `npm test`: it fetches the generators from the registries
 * (npm, PyPI, Maven, Go) and takes minutes. Needs java, mvn, go and python3; what is missing is said. Everything lies in
 * `node_modules/.cache/generators`. Fails when one of them fails.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const server = process.argv[2] ?? 'http://localhost:3000';
const cache = resolve('node_modules/.cache/generators');
const jar = 'openapi-generator-cli-7.25.0.jar';
const openapi = join(cache, 'openapi.json');
const openApiGenerator = (target, ...more) =>
  `java -Xmx1g -jar ../${jar} generate -i ${openapi} -o . -g ${target} ${more.join(' ')}`;
const python = (...packages) =>
  `python3 -m venv venv && venv/bin/pip install -q ${packages.join(' ')}`;

/** By name: shell commands, run one after another in a folder of its own. */
const generators = {
  'java, native': [
    openApiGenerator('java', '--library native'),
    'mvn -q -DskipTests -Dmaven.javadoc.skip=true -Dmaven.source.skip=true compile',
  ],
  'go, oapi-codegen': [
    `go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -generate types,client -package haggle -o haggle.go ${openapi}`,
    'go mod init example.com/haggle && go mod tidy && go build ./...',
  ],
  'python, openapi-generator': [
    openApiGenerator('python'),
    `${python('.')} && venv/bin/python -c "import openapi_client.api, openapi_client.models"`,
  ],
  'typescript, openapi-typescript': [
    `npx -y openapi-typescript@7.13.0 ${openapi} -o haggle.ts`,
    `node ${resolve('node_modules/typescript/bin/tsc')} --ignoreConfig --noEmit --strict --skipLibCheck haggle.ts`,
  ],
};

const given = spawnSync('sh', [
  '-c',
  `for it in java mvn go python3; do command -v $it >/dev/null || echo $it; done`,
]);
const missing = String(given.stdout).trim().split('\n').filter(Boolean);
if (missing.length > 0) throw new Error(`Not on this machine: ${missing.join(', ')}`);

mkdirSync(cache, { recursive: true });
const answer = await fetch(new URL('/openapi.json', server));
if (!answer.ok) throw new Error(`${server}/openapi.json: ${answer.status}`);
writeFileSync(openapi, await answer.text());

const fetched = run(
  cache,
  `test -f ${jar} || mvn -q dependency:copy -Dartifact=org.openapitools:openapi-generator-cli:7.25.0 -DoutputDirectory=.`,
);
if (fetched) throw new Error(`The generator cannot be fetched:\n${fetched}`);

const rows = Object.entries(generators).map(([name, commands]) => {
  const folder = join(cache, name.replace(/\W+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [generates, compiles] = commands.map((command) => () => run(folder, command));
  const fault = generates() ?? compiles();
  console.log(`${name}: ${fault ?? 'generates and compiles'}`);
  return { generator: name, works: fault === undefined };
});
console.table(rows);
process.exitCode = rows.every(({ works }) => works) ? 0 : 1;

/** What went wrong; undefined when nothing did. */
function run(cwd, command) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return status === 0 ? undefined : `${command}\n${`${stdout}${stderr}`.slice(-2_000)}`;
}
