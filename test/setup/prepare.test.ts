import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const scripts = join(import.meta.dirname, '../../scripts');

test('a Node that is too old is told so in one line', () => {
  const url = join(scripts, 'prepare/node-version.mjs');
  const check = (version: string) =>
    spawnSync(
      process.execPath,
      ['-e', `import('${url}').then((m) => m.requireNodeVersion('${version}'))`],
      { encoding: 'utf8' },
    );
  const old = check('20.18.3');
  expect(old.status).toBe(1);
  expect(old.stderr).toMatch(/^Haggle needs Node 20\.19 or newer; this is Node 20\.18\.3\..*\n$/);
  for (const version of ['20.19.0', '22.1.0', '24.0.0']) expect(check(version).status).toBe(0);
});

test('a command beside servers gets their addresses, and its exit code counts', () => {
  const root = join(scripts, '..');
  const command = "console.log(process.env.TEST_MONGODB_URI + ' ' + process.env.TEST_REDIS_URL)";
  const program = `
    const { runWithServers } = await import('${root}/dist/scripts/test-servers.js');
    const { createProgress } = await import('${root}/scripts/prepare/progress.mjs');
    const args = ['-e', ${JSON.stringify(`${command}; process.exit(7)`)}];
    const command = process.execPath;
    process.exitCode = await runWithServers({
      command, args, env: process.env, progress: createProgress()
    });`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: {
      ...process.env,
      MONGODB_URI: process.env.TEST_MONGODB_URI,
      REDIS_URL: process.env.TEST_REDIS_URL,
    },
  });
  expect(run.status).toBe(7);
  expect(run.stdout).toContain(
    `${process.env.TEST_MONGODB_URI ?? ''} ${process.env.TEST_REDIS_URL ?? ''}`,
  );
});
