import { defineConfig } from 'vite';

/** `npx vite client/examples/browser`, beside `npm start`. The gateway is reached through this server: one origin. */
const target = process.env.HAGGLE_URL ?? 'http://localhost:3000';

export default defineConfig({
  resolve: {
    // The first that fits: the name alone would also take what lies below it.
    alias: {
      '@haggle/client/market': new URL('../../market.ts', import.meta.url).pathname,
      '@haggle/client': new URL('../../index.ts', import.meta.url).pathname,
    },
  },
  server: { proxy: { '/v1': target, '/socket.io': { target, ws: true } } },
});
