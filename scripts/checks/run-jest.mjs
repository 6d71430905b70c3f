#!/usr/bin/env node
/**
 * `run-jest.mjs <report file> [jest arguments]`: runs jest and sees to it that it ends.
 * Something left open keeps jest alive for ever after its last test: that is named, and a failure.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/command.mjs';

/** From the report, which jest writes last, to the end of the process. */
const END_MS = 20_000;
/** The whole run is meant to take less than ten minutes on two cores; a machine that is busy with more may take long. */
const RUN_MS = 45 * 60_000;

const [report, ...args] = process.argv.slice(2);
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(root, 'node_modules/jest/bin/jest.js'),
];
const child = spawn(process.execPath, [...jest, '--json', `--outputFile=${report}`, ...args], {
  cwd: root,
  // With --json the report goes to stdout as well; what a person reads is on stderr.
  stdio: ['ignore', 'ignore', 'inherit'],
});

const started = Date.now();
let reportedAt;
const watch = setInterval(() => {
  if (reportedAt === undefined && existsSync(report)) reportedAt = Date.now();
  if (reportedAt !== undefined && Date.now() - reportedAt > END_MS)
    end('jest did not end after its last test: a connection, timer or process is still open');
  else if (Date.now() - started > RUN_MS) end(`jest did not end within ${RUN_MS / 60_000} minutes`);
}, 500);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => end(error.message));
child.on('close', (code) => {
  clearInterval(watch);
  process.exitCode ??= code ?? 1;
});

function end(reason) {
  console.error(reason);
  process.exitCode = 70;
  child.kill('SIGKILL');
}
