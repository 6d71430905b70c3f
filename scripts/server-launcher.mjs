#!/usr/bin/env node
/**
 * What `dist/src/main.js`, `dist/workers/main.js` and `dist/haggle.js` are: starts the program in the file of the same name that ends in
 * `.cjs`, with the compiled code that the build left beside it: one without flags, one for those of the image. Another
 * release of Node, or one with other flags, does not take that code and compiles again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const filename = fileURLToPath(import.meta.url).replace(/js$/, 'cjs');
const hasImageFlags = process.env.NODE_OPTIONS?.includes('--max-semi-space-size');
const compiled = `${filename}.compiled${hasImageFlags ? '-image' : ''}`;
const compileOnly = process.argv[2] === '--compile-only';

// Of ASCII alone: V8 keeps one byte for each character of it, where it would keep two, and nothing is decoded.
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  cachedData: compileOnly ? undefined : read(compiled),
});
const module = { exports: {} };
script.runInThisContext()(
  module,
  module.exports,
  createRequire(filename),
  filename,
  dirname(filename),
);
// Only now does it hold the functions that run at every start.
if (compileOnly) writeFileSync(compiled, script.createCachedData());
else module.exports.start();

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
