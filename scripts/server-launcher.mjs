#!/usr/bin/env node
/**
 * What `dist/src/main.js`, `dist/workers/main.js` and `dist/haggle.js` are: starts the program in the file of the same name that ends in
 * `.cjs`, with the code that the build compiled beside it. V8 has a number for its release and flags, and takes only code
 * of the same; where there is none it compiles again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';

const filename = fileURLToPath(import.meta.url).replace(/js$/, 'cjs');
const compiled = `${filename}.compiled-${cachedDataVersionTag()}`;
const compileOnly = process.argv[2] === '--compile-only';

const script = new Script(
  `(function (module, exports, require, __filename, __dirname) {${readFileSync(filename, 'utf8')}\n})`,
  { filename, cachedData: compileOnly ? undefined : read(compiled) },
);
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
