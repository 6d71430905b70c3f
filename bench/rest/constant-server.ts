import express from 'express';
import type { AddressInfo } from 'node:net';

/** An Express app that answers constant JSON, the least that a route costs. Told the bodies by path after its start. */
const app = express();

process.on('message', (bodies: Record<string, object>) => {
  for (const [path, body] of Object.entries(bodies))
    app.get(path, (_request, response) => void response.json(body));
  process.send?.({ type: 'set' });
});
for (const end of ['disconnect', 'SIGTERM'] as const) process.on(end, () => process.exit(0));

const server = app.listen(0, '127.0.0.1', () =>
  process.send?.({ type: 'ready', port: (server.address() as AddressInfo).port }),
);
