#!/usr/bin/env node
/** `npm run seed -- --listings 1000000`: adds made listings to the Haggle that runs. */
import { importCompiled, prepare } from './prepare/prepare.mjs';

try {
  const { buildFailure } = await prepare();
  if (buildFailure) throw new Error(`The build failed:\n${buildFailure}`);
  const { seedListings } = await importCompiled('scripts/seed-listings.js');
  await seedListings({ env: process.env, argv: process.argv.slice(2), out: process.stderr });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
