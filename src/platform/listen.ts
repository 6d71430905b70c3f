import { createServer, type RequestListener, type Server } from 'node:http';

/** Listens, or rejects with the reason (a taken port, say). */
export function listen(handler: RequestListener, port: number, host: string): Promise<Server> {
  const server = createServer(handler);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
