import { join } from 'node:path';
import { preact } from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

/** Where `vite web` finds a running gateway; the built client is served by every gateway itself. */
const gateway = 'http://localhost:3000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    preact({ devToolsEnabled: false }),
    // Once here, instead of by every gateway for everybody.
    compression({ algorithms: ['gzip', 'brotliCompress'], threshold: 1_000, logLevel: 'silent' }),
  ],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing inline: the pages run under a Content-Security-Policy without exceptions.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        'service-worker': join(import.meta.dirname, 'src/push/service-worker.ts'),
      },
      output: {
        // A service worker reaches no further than its own address, which must stay the same.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  server: {
    proxy: {
      '/v1': gateway,
      '/socket.io': { target: gateway, ws: true },
    },
  },
});
