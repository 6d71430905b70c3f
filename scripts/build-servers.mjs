#!/usr/bin/env node
/**
 * The second part of `npm run build`: gateway, worker and command line, each with its packages as one file beside a copy of
 * server-launcher.mjs, and with V8's compiled code of it. To compile is most of what a process does until it is ready.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, loadConfigFromFile } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const launcher = join(root, 'scripts/server-launcher.mjs');
const entries = [
  'src/main.ts',
  'workers/main.ts',
  'cli/main.ts',
  // The same with faults that tests ask for. Not in the image.
  'test/support/chaos/gateway.mjs',
  'test/support/chaos/worker.mjs',
];

/** Node's options in the image. */
const { nodeOptions } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config;
const { config } = await loadConfigFromFile(
  { command: 'build', mode: 'production' },
  join(root, 'vite.config.ts'),
);
// One after another: a build takes some 400 MB.
for (const entry of entries) if (existsSync(join(root, entry))) await buildServer(entry);

/**
 * Packages that stay outside are loaded where they are imported. As imports of the one file they would all be loaded at
 * every start, also those of parts that are loaded when they are asked for.
 */
function outsideOnDemand(outside) {
  const mark = '\0on-demand:';
  return {
    name: 'outside-on-demand',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!outside.some((name) => id === name || id.startsWith(`${name}/`))) return undefined;
      return importer?.startsWith(mark) ? { id, external: true } : `${mark}${id}`;
    },
    load: (id) =>
      id.startsWith(mark)
        ? `module.exports = require(${JSON.stringify(id.slice(mark.length))});`
        : undefined,
  };
}

/**
 * The file is a function, as the launcher calls it, and of ASCII alone. What was not is an escape, which strings, names and
 * regular expressions read the same; `String.raw` does not, and is used for regular expressions alone. The bundler's own
 * `charset: 'ascii'` leaves tagged templates and licences as they are, and one letter in them is enough.
 */
function asLaunched() {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    name: 'as-launched',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        // What stands behind a backslash is no letter of its own.
        const code = chunk.code.replace(/(\\[\0-\x7f])|\\?([^\0-\x7f])/g, (_all, ascii, unit) =>
          unit === undefined ? ascii : escaped(unit),
        );
        chunk.code = `(function (module, exports, require, __filename, __dirname) {${code}\n})`;
      }
    },
  };
}

async function buildServer(entry) {
  // The command line is what people name, so it has a short one.
  const name = entry === 'cli/main.ts' ? 'haggle' : entry.replace(/\.m?ts$|\.mjs$/, '');
  const { rollupOptions: _, ...options } = config.build;
  await build({
    configFile: false,
    logLevel: 'warn',
    root,
    ssr: config.ssr,
    plugins: [outsideOnDemand(config.ssr.external), asLaunched()],
    build: {
      ...options,
      emptyOutDir: false,
      rollupOptions: {
        input: { [name]: join(root, entry) },
        // Node keeps compiled code of this older format only. In it `import()` would not work: all is in the one file.
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          codeSplitting: false,
          dynamicImportInCjs: false,
          // Licences stay; the rest is a sixth of the file, which V8 keeps as well.
          comments: { legal: true, annotation: false, jsdoc: false },
        },
      },
    },
  });
  const program = join(root, options.outDir, `${name}.js`);
  copyFileSync(launcher, program);
  chmodSync(program, 0o755);
  compile(program, '');
  if (!name.startsWith('test/')) compile(program, nodeOptions);
}

function compile(program, nodeOptions) {
  const { status } = spawnSync(process.execPath, [program, '--compile-only'], {
    env: { ...process.env, NODE_OPTIONS: nodeOptions },
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${program} could not be compiled`);
}
