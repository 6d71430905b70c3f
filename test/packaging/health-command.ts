import { expect } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Runs a container's health command against a server that answers as told; gives the exit codes. */
export async function expectToTellHealth(command: string[], portSetting: string): Promise<void> {
  const asked: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String((server.address() as AddressInfo).port);
  const run = async () => {
    const [program = '', ...rest] = command;
    const child = spawn(program, rest, { env: { PATH: process.env.PATH, [portSetting]: port } });
    const [code] = (await once(child, 'exit')) as [number];
    return code;
  };
  try {
    expect(await run()).toBe(0);
    status = 503;
    expect(await run()).toBe(1);
    expect(asked).toEqual(['/healthz', '/healthz']);
  } finally {
    server.close();
    server.closeAllConnections();
  }
  expect(await run()).toBe(1);
}
