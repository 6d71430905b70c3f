#!/usr/bin/env node
/** `npm start`: prepares the checkout, then starts everything on this machine. */
import { importCompiled, prepare } from './prepare/prepare.mjs';

try {
  const { progress, buildFailure } = await prepare();
  if (buildFailure) throw new Error(`The build failed:\n${buildFailure}`);
  const { embedded } = await importCompiled('scripts/embedded.js');
  const code = await embedded({ env: process.env, argv: process.argv.slice(2), progress });
  // A download that was given up may still hold the process.
  process.exit(code);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
