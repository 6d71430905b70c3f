import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Before all test files: keeps the gateways that files share, as long as the run lasts. The first file that asks
 * (`TestCluster.shared`) posts the settings of each, and has them started; all get the same answer. Nobody asks,
 * nothing starts. They leave when our end closes their channels.
 */
export default async function openToTestFiles() {
  let shared;
  const door = createServer(async (request, response) => {
    const settings = await json(request);
    shared ??= Promise.all(settings.map(startGateway)).then((ports) => ({ ports, settings }));
    try {
      response.end(JSON.stringify(await shared));
    } catch (error) {
      response.writeHead(500).end(error.message);
    }
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  door.unref();
  process.env.TEST_SHARED_PROCESSES = `http://127.0.0.1:${door.address().port}`;
}

/** Resolves to its port. */
async function startGateway(env) {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel.unref();
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the shared ${env.NODE_ID} ended before it was ready`);
  });
  for (;;) {
    const [message] = await Promise.race([once(child, 'message'), ended]);
    if (message.type === 'ready') return message.port;
  }
}
