import { existsSync } from 'node:fs';
import { defineConfig } from 'vite';

/** A part of the tests, not in the image: loaded by jest, which reads only what Node can read. */
const ofTests = ['test/environment/environment.ts'].filter((file) => existsSync(file));

/** Every file that is run by itself: `bench/main.ts` becomes `dist/bench/main.js`. */
const entries = [
  'src/migrations/migrate',
  'scripts/convert-messages',
  'scripts/embedded',
  'scripts/fault-table',
  'scripts/pictures',
  'scripts/test-servers',
  'bench/bounds',
  'bench/growth/main',
  'bench/load/main',
  'bench/loadtest/crowd/main',
  'bench/loadtest/main',
  'bench/main',
  'bench/peers/bare/server',
  'bench/peers/prototype/relay',
  'bench/peers/prototype/server',
  'bench/peers/tutorial/server',
  'bench/rest/constant-server',
  'bench/push/bare-worker',
  'bench/push/main',
  'bench/push/serve-push',
  'bench/push/writer',
  'bench/reading',
  'bench/search/alerts',
  'bench/search/main',
  'bench/start',
  'bench/web/main',
];

/**
 * Scripts and benchmarks as few files with their packages inside, since reading hundreds of small files is most of what a
 * process does until it is ready. scripts/build-servers.mjs builds gateway and worker with the same options. Types are
 * checked by `npm run lint`.
 */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    rollupOptions: {
      input: {
        ...Object.fromEntries(entries.map((name) => [name, `${name}.ts`])),
        ...Object.fromEntries(ofTests.map((file) => [file.replace(/\.ts$/, ''), file])),
      },
      output: {
        entryFileNames: '[name].js',
        // Beside the entries' folders: what looks for its neighbours in dist looks one folder up from both.
        chunkFileNames: 'chunks/[name]-[hash].js',
        // Packages in the older format ask for Node's modules by `require`.
        banner:
          "import { createRequire as createRequireOfBundle } from 'node:module';\n" +
          'const require = createRequireOfBundle(import.meta.url);',
      },
    },
  },
  ssr: {
    noExternal: true,
    external: [
      // Native code, or files beside their code that are served or read.
      'sharp',
      '@node-rs/argon2',
      'swagger-ui-dist',
      'playwright-core',
      'autocannon',
      '@bull-board/api',
      '@bull-board/express',
      // Must be jest's own.
      'jest-environment-node',
      // Loaded by who needs it.
      'firebase-admin',
      '@opentelemetry/core',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace-base',
      'mongodb-memory-server',
      // Optional to the MongoDB driver and not installed.
      'kerberos',
      'mongodb-client-encryption',
      'snappy',
      'socks',
      'gcp-metadata',
      '@mongodb-js/zstd',
      '@aws-sdk/credential-providers',
    ],
  },
});
