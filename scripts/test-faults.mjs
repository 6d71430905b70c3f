#!/usr/bin/env node
/**
 * `npm run test:faults`: runs the matrix of faults (test/faults/matrix.json) and writes what came of it into
 * docs/faults.md. `-- --seeds 3` runs what has seeds three times instead of twenty, `--seed 7` once with this seed,
 * `--rows 11,12` these rows alone.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
  },
});
const matrix = JSON.parse(readFileSync(join(root, 'test/faults/matrix.json'), 'utf8'));
const wanted = values.rows?.split(',').map(Number);
const rows = matrix.filter(({ row, tests }) => tests && (!wanted || wanted.includes(row)));
if (rows.length === 0) throw new Error(`no row of the matrix runs: ${values.rows}`);

const folder = mkdtempSync(join(tmpdir(), 'haggle-faults-'));
const [report, measured] = [join(folder, 'jest.json'), join(folder, 'measured')];
try {
  const tests = rows.flatMap((row) => row.tests);
  process.exitCode = await runJest(tests);
  // A row that was asked for with one seed is looked into: it says nothing about the matrix.
  if (values.seed === undefined) {
    const { writeResults } = await importCompiled('scripts/fault-table.js');
    await writeResults({ root, matrix, rows, report, measured });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Resolves to its exit code. */
function runJest(tests) {
  const files = [...new Set(tests.map(([file]) => file))];
  const titles = tests.map(([, title]) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js')],
      ...['--config', 'jest.faults.config.js', '--verbose', '--json', `--outputFile=${report}`],
      ...['--testNamePattern', titles.join('|')],
      ...['--runTestsByPath', ...files],
    ],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        FAULT_REPORT: measured,
        FAULT_SEEDS: values.seeds,
        ...(values.seed !== undefined && { FAULT_SEED: values.seed }),
      },
    },
  );
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
