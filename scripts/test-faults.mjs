#!/usr/bin/env node
/**
 * `npm run test:faults`: runs the matrix of faults (test/faults/matrix.json) and writes what came of it into
 * docs/faults.md. `-- --seeds 3` runs what has seeds three times instead of twenty, `--seed 7` once with this seed,
 * `--rows 11,12` these rows alone. `--folder F` keeps what the runs said: the results are then those of all runs with
 * this folder, so that twenty seeds may be run in pieces. FAULT_LOAD=24: messages a second where there is load, in
 * place of 100. `--workers 4`: files that run at once, more than the half of the cores, since faults are waited for.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importCompiled } from './prepare/prepare.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    seed: { type: 'string' },
    rows: { type: 'string' },
    folder: { type: 'string' },
    workers: { type: 'string' },
  },
});
const matrix = JSON.parse(readFileSync(join(root, 'test/faults/matrix.json'), 'utf8'));
const wanted = values.rows?.split(',').map(Number);
const rows = matrix.filter(({ row, tests }) => tests && (!wanted || wanted.includes(row)));
if (rows.length === 0) throw new Error(`no row of the matrix runs: ${values.rows}`);

const firstSeed = values.seed ?? String(Date.now() % 2 ** 31);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'haggle-faults-'));
mkdirSync(folder, { recursive: true });
const measured = join(folder, 'measured');
try {
  process.exitCode = await runJest(
    rows.flatMap((row) => row.tests),
    join(folder, `jest-${Date.now()}.json`),
  );
  // A row that was asked for with one seed is looked into: it says nothing about the matrix.
  if (values.seed === undefined) {
    const { writeResults } = await importCompiled('scripts/fault-table.js');
    const reports = readdirSync(folder).filter((name) => name.startsWith('jest-'));
    await writeResults({
      ...{ root, matrix, rows, measured },
      reports: reports.map((name) => join(folder, name)),
    });
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

/** Resolves to its exit code; `report` is what it writes. */
function runJest(tests, report) {
  const files = [...new Set(tests.map(([file]) => file))];
  const titles = tests.map(([, title]) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js')],
      ...['--config', 'jest.faults.config.js', '--verbose', '--json', `--outputFile=${report}`],
      ...(values.workers === undefined ? [] : ['--maxWorkers', values.workers]),
      ...['--testNamePattern', titles.join('|')],
      ...['--runTestsByPath', ...files],
    ],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        FAULT_REPORT: measured,
        FAULT_SEED: firstSeed,
        FAULT_SEEDS: values.seed === undefined ? values.seeds : '1',
      },
    },
  );
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
