import { execFile } from 'node:child_process';
import { builtinModules } from 'node:module';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

/** Bytes of the core with its transport, gzipped, as a browser downloads it: people read it in on trains. */
const budget = 25 * 1_024;

interface Bundle {
  chunks: number;
  bytes: number;
  speaks: boolean;
  /** Whether it holds `limits`. */
  bounds: boolean;
  modules: string[];
}

async function bundle(...conditions: string[]): Promise<Bundle> {
  const script = 'test/client/bundle-core.mjs';
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...conditions]);
  return JSON.parse(stdout) as Bundle;
}

/** What has no place in an app: schemas, and whatever only Node has. */
const foreign = ({ modules }: Bundle) =>
  modules.filter(
    (id) =>
      /node_modules\/(zod|ws|xmlhttprequest-ssl)\//.test(id) ||
      /^node:|__vite-browser-external/.test(id) ||
      builtinModules.includes(id),
  );

test('the core and its transport stay within 25 kB gzipped in a browser, without zod and without Node', async () => {
  const made = await bundle('browser', 'module', 'import', 'default');
  process.stdout.write(`client core with its transport: ${made.bytes} bytes gzipped\n`);
  expect(foreign(made)).toEqual([]);
  expect(made).toMatchObject({ chunks: 1, speaks: true });
  expect(made.modules.some((id) => id.includes('node_modules/socket.io-client'))).toBe(true);
  // What has an entry point of its own, and the table of all bounds, is nothing that it carries.
  expect(made.modules.filter((id) => /client\/(market|photos|uploads|push)\.ts$/.test(id))).toEqual(
    [],
  );
  expect(made.bounds).toBe(false);
  expect(made.bytes).toBeLessThanOrEqual(budget);
}, 60_000);

test('it bundles for React Native too', async () => {
  const made = await bundle('react-native', 'import', 'default');
  expect(foreign(made)).toEqual([]);
  expect(made).toMatchObject({ chunks: 1, speaks: true });
}, 60_000);
