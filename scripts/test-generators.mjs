#!/usr/bin/env node
/**
 * `npm run test:generators`: checks the documents of a running server with linters, makes clients of them with the
 * generators that people use, compiles them and trades with some. Prints one table and fails when anything in it does.
 * Outside `npm test`: it fetches the tools (npm, PyPI, Maven, Go, Rust) and takes half an hour. Needs java, mvn, go,
 * cargo and python3.
 *
 *   --url=http://localhost:3000   this server; without it one is started, and ended afterwards
 *   --only=kotlin,spectral        rows whose name or tool has one of these words
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clients } from './generators/clients.mjs';
import { document, documents, emptyFolder, fault } from './generators/commands.mjs';
import { fetchTools } from './generators/fetch-tools.mjs';
import { linters, schemathesis } from './generators/linters.mjs';

const { values: given } = parseArgs({
  options: { url: { type: 'string' }, only: { type: 'string', default: '' } },
});
const words = given.only.toLowerCase().split(',').filter(Boolean);
const wanted = ({ name, by }) =>
  words.length === 0 || words.some((word) => `${name} ${by}`.toLowerCase().includes(word));

fetchTools();
const server = given.url ? { url: given.url, end() {} } : await startServer();
const rows = [];
try {
  mkdirSync(documents, { recursive: true });
  for (const name of ['openapi', 'asyncapi', 'webhooks'])
    writeFileSync(document(name), await (await ask(`/${name}.json`)).text());
  for (const linter of [...linters(), schemathesis(server.url, await tokenOfSomebody())]) {
    if (!wanted(linter)) continue;
    const wrong = fault(documents, linter.check);
    report(linter, { clean: wrong === undefined }, wrong);
  }
  for (const client of clients.filter(wanted)) tryClient(client);
} finally {
  await server.end();
}
console.table(rows);
const failed = rows.some((row) => Object.values(row).includes('no'));
process.exitCode = failed || rows.length === 0 ? 1 : 0;

/** Generates, compiles, calls; what follows a step that failed is left out. */
function tryClient(client) {
  const folder = emptyFolder(`${client.name} ${client.by}`);
  const steps = {
    generates: client.generate,
    compiles: client.compile,
    calls: client.call?.(server.url),
  };
  const done = {};
  let wrong;
  for (const [step, command] of Object.entries(steps)) {
    if (!command || wrong) continue;
    wrong = fault(folder, command);
    done[step] = wrong === undefined;
  }
  report(client, done, wrong);
}

function report({ name, by, needs, lacks }, done, wrong) {
  const said = Object.fromEntries(
    Object.entries(done).map(([step, worked]) => [step, worked ? 'yes' : 'no']),
  );
  rows.push({ what: name, by, ...said, ...(needs && { needs }), ...(lacks && { lacks }) });
  console.log(`${by}, ${name}: ${wrong ?? Object.keys(done).join(', ')}`);
}

async function ask(path, options) {
  const answer = await fetch(new URL(path, server.url), options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function tokenOfSomebody() {
  const answer = await ask('/v1/auth/sign-up', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      email: `${crypto.randomUUID()}@example.com`,
      password: 'long enough',
      nickname: 'Checker',
    }),
  });
  return (await answer.json()).accessToken;
}

/** `npm start` on a port and with data of its own. */
async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'haggle-generators-data-'));
  const env = { ...process.env, PORT: '3870', GATEWAYS: '2', DATA_DIR: folder };
  const child = spawn(process.execPath, ['scripts/start.mjs'], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const end = async () => {
    child.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://localhost:${env.PORT}`;
  for (const until = Date.now() + 300_000; Date.now() < until;) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return { url, end };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await end();
  throw new Error('The server does not start: try npm start');
}
