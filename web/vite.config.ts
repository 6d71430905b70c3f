import { preact } from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** Where `vite web` finds a running gateway; the built client is served by every gateway itself. */
const gateway = 'http://localhost:3000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact({ devToolsEnabled: false })],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing inline: the pages run under a Content-Security-Policy without exceptions.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/v1': gateway,
      '/socket.io': { target: gateway, ws: true },
    },
  },
});
