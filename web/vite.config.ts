import { join } from 'node:path';
import { preact } from '@preact/preset-vite';
import sharp from 'sharp';
import { defineConfig, type Plugin } from 'vite';
import { compression } from 'vite-plugin-compression2';

/** Where `vite web` finds a running gateway; the built client is served by every gateway itself. */
const gateway = 'http://localhost:3000';

const picture = join(import.meta.dirname, 'public/favicon.svg');
const paper = '#fbf8f4';

/** The icon in pixels, as phones and old browsers want it: how large, and how much of it is edge. */
const icons = {
  // A PNG under this name is read by every browser that asks for it.
  'favicon.ico': { size: 48, edge: 0 },
  'icon-192.png': { size: 192, edge: 0.06 },
  'icon-512.png': { size: 512, edge: 0.06 },
  // Phones cut these to a shape of their own; a fifth of each side may go.
  'apple-touch-icon.png': { size: 180, edge: 0.16, background: paper },
  'icon-maskable-512.png': { size: 512, edge: 0.22, background: paper },
};

const drawIcons: Plugin = {
  name: 'icons',
  async generateBundle() {
    for (const [fileName, { size, edge, ...rest }] of Object.entries(icons)) {
      const inner = Math.round(size * (1 - 2 * edge));
      const drawn = await sharp(picture, { density: 2_304 }).resize(inner, inner).toBuffer();
      const background = 'background' in rest ? rest.background : { r: 0, g: 0, b: 0, alpha: 0 };
      const source = await sharp({ create: { width: size, height: size, channels: 4, background } })
        .composite([{ input: drawn }])
        .png()
        .toBuffer();
      this.emitFile({ type: 'asset', fileName, source });
    }
  },
};

/** Tells the service worker what to keep for when there is no network. */
const nameShellFiles: Plugin = {
  name: 'shell-files',
  generateBundle(_options, bundle) {
    const worker = bundle['service-worker.js'];
    if (worker?.type !== 'chunk') throw new Error('there is no service worker');
    // It is no module to the browser, so it can import nothing.
    if (worker.imports.length > 0) throw new Error('the service worker shares code with the app');
    const files = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css)$/.test(name));
    worker.code = worker.code.replace(
      '__SHELL_FILES__',
      [...files.sort(), 'before-paint.js'].map((name) => `/${name}`).join(),
    );
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    preact({ devToolsEnabled: false }),
    drawIcons,
    nameShellFiles,
    // Once here, instead of by every gateway for everybody.
    compression({
      algorithms: ['gzip', 'brotliCompress'],
      // The page is made for each listing, and compressed then.
      exclude: /\.html$/,
      threshold: 1_000,
      logLevel: 'silent',
    }),
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
        'service-worker': join(import.meta.dirname, 'src/service-worker/service-worker.ts'),
      },
      output: {
        codeSplitting: {
          groups: [
            {
              // In one file, what the first screen needs compresses best.
              name: 'index',
              tags: ['$initial'],
              test: (id) => !id.includes('/src/service-worker/'),
            },
          ],
        },
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
