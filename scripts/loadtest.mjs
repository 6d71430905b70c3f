#!/usr/bin/env node
/** `npm run loadtest -- --users 2000`: docs/capacity.md describes it. Without `--url` it brings its own servers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './prepare/command.mjs';
import { importCompiled, prepare } from './prepare/prepare.mjs';

const own = process.argv.slice(2);
const args = [join(root, 'dist/bench/loadtest/main.js'), ...own];
try {
  const { progress, buildFailure } = await prepare();
  if (buildFailure) throw new Error(`The build failed:\n${buildFailure}`);
  if (own.some((argument) => /^--url(=|$)/.test(argument))) {
    const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
    process.exitCode = code ?? 1;
  } else {
    const { runWithServers } = await importCompiled('scripts/test-servers.js');
    process.exitCode = await runWithServers({
      command: process.execPath,
      args,
      env: process.env,
      progress,
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
