#!/usr/bin/env node
/** `node scripts/with-servers.mjs <command...>`: runs the command beside a MongoDB and a Redis of its own. */
import { importCompiled, prepare } from './prepare/prepare.mjs';

const [command, ...args] = process.argv.slice(2);
try {
  if (!command) throw new Error('Usage: node scripts/with-servers.mjs <command> [arguments]');
  const { progress, buildFailure } = await prepare();
  if (buildFailure) throw new Error(`${beginning(buildFailure)}\nThe build failed.`);
  const { runWithServers } = await importCompiled('scripts/test-servers.js');
  process.exitCode = await runWithServers({ command, args, env: process.env, progress });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function beginning(text) {
  const lines = text.split('\n');
  return [...lines.slice(0, 20), ...(lines.length > 20 ? ['...'] : [])].join('\n');
}
