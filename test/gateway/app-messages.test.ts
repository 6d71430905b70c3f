import { expect, test } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { takeAsMade } from '../../src/http/app-messages.js';
import { HttpTransport } from '../../src/http/transport.js';
import type { Config } from '../../src/platform/config.js';
import { Lifecycle } from '../../src/platform/lifecycle.js';

test('Express finds on what the server of a gateway makes the prototypes that it would give them', async () => {
  const app = takeAsMade(express());
  const log = pino({ level: 'silent' });
  const transport = new HttpTransport({
    config: { trustProxy: 0 } as Config,
    log,
    lifecycle: new Lifecycle(log),
  });
  const prototypes: unknown[] = [];
  const note = (...made: object[]) =>
    prototypes.push(...made.map((one) => Object.getPrototypeOf(one) as unknown));
  app.get('/here', (request, response) => {
    note(request, response);
    response.json({ app: request.app === app && response.app === app, path: request.path });
  });
  transport.serve((request, response) => {
    // Express would change them, which is what is not to be.
    note(request, response);
    app(request, response);
  });
  try {
    await transport.listen({ port: 0, host: '127.0.0.1' });
    const answer = await fetch(`http://127.0.0.1:${transport.port}/here?now`);
    expect(await answer.json()).toEqual({ app: true, path: '/here' });
    const { request, response } = app;
    const given = [request, response, request, response];
    expect(prototypes.map((one, index) => one === given[index])).toEqual([true, true, true, true]);
  } finally {
    transport.server.closeAllConnections();
    transport.server.close();
  }
});
