#!/usr/bin/env node
/** `npm run seed -- --listings 1000000`: builds what changed, then `haggle seed`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './prepare/command.mjs';
import { prepare } from './prepare/prepare.mjs';

try {
  const { buildFailure } = await prepare();
  if (buildFailure) throw new Error(`The build failed:\n${buildFailure}`);
  const args = [join(root, 'dist/haggle.js'), 'seed', ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
