/**
 * Bundles the core of the client library as an app would, with the conditions named as arguments, and prints its
 * gzipped size and what went into it. In a process of its own: the bundler's native part can't live in jest's realm.
 */
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const output = await build({
  configFile: false,
  logLevel: 'error',
  root: resolve('client'),
  resolve: { conditions: process.argv.slice(2), mainFields: ['browser', 'module', 'main'] },
  build: {
    write: false,
    minify: true,
    target: 'es2022',
    rollupOptions: {
      input: resolve('client/index.ts'),
      preserveEntrySignatures: 'strict',
      output: { format: 'es' },
    },
  },
});
const chunks = [output].flat().flatMap((one) => one.output);
process.stdout.write(
  JSON.stringify({
    chunks: chunks.length,
    bytes: gzipSync(chunks[0].code, { level: 9 }).byteLength,
    speaks: chunks[0].code.includes('message:send'),
    modules: [...chunks[0].moduleIds, ...chunks[0].imports],
  }),
);
