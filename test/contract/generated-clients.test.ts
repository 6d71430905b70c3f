/** What `npm run test:generators` needs of the document, since that is seldom run: it fetches the generators. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openApiDocument } from '../../src/contract/documents/openapi.js';
import { type Json, pascal } from '../../src/contract/documents/schemas.js';
import { follow } from '../environment/conformance.js';

interface Operation {
  operationId: string;
  parameters?: { in: string }[];
  requestBody?: { content: Json };
  responses: Record<string, Json>;
}
const operationsOf = (document: Json): Operation[] =>
  Object.values(document.paths as Json).flatMap((path) => Object.values(path as Json)) as never;

const openapi = openApiDocument();

test('no two security schemes are of one kind, and none has the name of a schema', () => {
  const { securitySchemes, schemas } = openapi.components as Record<string, Record<string, Json>>;
  const kinds = Object.values(securitySchemes!).map(({ type, scheme }) =>
    JSON.stringify([type, scheme]),
  );
  expect(kinds).toEqual([...new Set(kinds)]);
  const types = Object.keys(schemas!).map(pascal);
  for (const name of Object.keys(securitySchemes!)) expect(types).not.toContain(pascal(name));
});

test('in Go each operation that has optional parameters is given them', () => {
  const source = readFileSync('scripts/generators/calls/main.go', 'utf8');
  const calls = [...source.matchAll(/\.(\w+)WithResponse\(background, (.*)/g)];
  expect(calls.length).toBeGreaterThan(10);
  for (const [, name, given] of calls) {
    const { parameters = [] } = operationsOf(openapi).find(
      ({ operationId }) => pascal(operationId) === name,
    )!;
    const inPath = parameters.filter((one) => one.in === 'path').length;
    const next = given!.split(', ')[inPath];
    expect([name, /^(nil|&haggle\.\w+Params\b)/.test(next!)]).toEqual([
      name,
      parameters.length > inPath,
    ]);
  }
});

test('the copy for progenitor has JSON bodies alone, and one form of refusals in each operation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'haggle-copy-'));
  try {
    const [from, to] = [join(folder, 'from.json'), join(folder, 'to.json')];
    writeFileSync(from, JSON.stringify(openapi));
    execFileSync(process.execPath, ['scripts/generators/to-openapi-3.0.mjs', from, to]);
    const copy = JSON.parse(readFileSync(to, 'utf8')) as Json;
    const operations = operationsOf(copy);
    expect(operations.length).toBeGreaterThan(100);
    for (const { operationId, requestBody, responses } of operations) {
      const bodies = Object.keys(requestBody?.content ?? { 'application/json': {} });
      expect([operationId, bodies]).toEqual([operationId, ['application/json']]);
      for (const hundreds of ['2', '45']) {
        const forms = Object.entries(responses)
          .filter(([status]) => hundreds.includes(status[0]!))
          .map(([, response]) => JSON.stringify(follow(copy, response).content));
        expect([operationId, new Set(forms).size]).toEqual([operationId, 1]);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
