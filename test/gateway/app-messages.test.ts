import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { AppRequest, AppResponse, takeAsMade } from '../../src/http/app-messages.js';

test('Express finds on requests and responses the prototypes that it would give them', async () => {
  const app = takeAsMade(express());
  const seen: unknown[] = [];
  app.get('/here', (request, response) => {
    seen.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
    response.json({ app: request.app === app && response.app === app, path: request.path });
  });
  const server = createServer({ IncomingMessage: AppRequest, ServerResponse: AppResponse }, app);
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/here?now`);
    expect(await answer.json()).toEqual({ app: true, path: '/here' });
    expect(seen[0]).toBe(AppRequest.prototype);
    expect(seen[1]).toBe(AppResponse.prototype);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
