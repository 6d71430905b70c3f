/** `node bundle.mjs <entry> [external,...] [condition,...]`: writes the minified bundle of an entry to standard output. */
import { build } from 'vite';

const [entry, external = '', conditions = ''] = process.argv.slice(2);
const list = (words) => words.split(',').filter((word) => word !== '');
const [{ output }] = await build({
  configFile: false,
  logLevel: 'error',
  ...(conditions ? { resolve: { conditions: list(conditions) } } : {}),
  build: {
    write: false,
    minify: true,
    lib: { entry, formats: ['es'], fileName: 'bundle' },
    rollupOptions: { external: list(external) },
  },
});
process.stdout.write(output[0].code);
