/**
 * Bundles what an app carries that makes a client and knows its errors, with the conditions named as arguments, and
 * prints its gzipped size and what went into it. In a process of its own: the bundler's native part can't live in jest's
 * realm.
 */
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** The app. */
const app = 'haggle-app';
const code = `export { createHaggleClient, HaggleError } from ${JSON.stringify(resolve('client/index.ts'))};`;

const output = await build({
  configFile: false,
  logLevel: 'error',
  root: resolve('client'),
  plugins: [
    {
      name: app,
      resolveId: (id) => (id === app ? app : undefined),
      load: (id) => (id === app ? code : undefined),
    },
  ],
  resolve: { conditions: process.argv.slice(2), mainFields: ['browser', 'module', 'main'] },
  build: {
    write: false,
    minify: true,
    target: 'es2022',
    rollupOptions: {
      input: app,
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
    bounds: chunks[0].code.includes('descriptionLength'),
    modules: [...chunks[0].moduleIds, ...chunks[0].imports],
  }),
);
