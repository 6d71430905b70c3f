import { connect, createServer } from 'node:net';

/** True when nothing listens on the port at the host. */
export async function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return (await canListen(port, host)) !== undefined && !(await answers(port, host));
}

/** First free loopback port from `from` upward; 0: any free one. */
export async function freePort(from = 0): Promise<number> {
  if (from === 0) return (await canListen(0, '127.0.0.1')) ?? freePort(20_000);
  for (let port = from; port < 65_535; port += 1) if (await isFree(port)) return port;
  throw new Error(`No free port from ${from} upward`);
}

/** Resolves once something listens on the loopback port, or when the signal fires. */
export async function untilAnswers(port: number, gone: AbortSignal): Promise<void> {
  while (!gone.aborted && !(await answers(port, '127.0.0.1')))
    await new Promise((resolve) => setTimeout(resolve, 25));
}

function canListen(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

/** True when something accepts a connection there. */
export function answers(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
