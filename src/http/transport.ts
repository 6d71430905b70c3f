import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from '../platform/logger.js';
import { readTarget } from './request-target.js';

/** Where Socket.IO is; everything beneath it is Engine.IO's to answer, and nothing else is. */
export const socketPath = '/socket.io';

function isForSockets(request: IncomingMessage): boolean {
  readTarget(request);
  return request.url!.startsWith(socketPath);
}

/** On the way out requests have so long to be answered, after the sockets have gone. */
const requestsPlanMs = 8_000;
/** Idle connections are closed this often on the way out; one in use ends with its next answer before that. */
const closeIdleEveryMs = 1_000;
/** How often is looked whether all have gone. */
const pauseMs = 20;

/**
 * The HTTP server of a gateway. Requests under `/socket.io` are left to Socket.IO, which attaches itself; all others go
 * to the app, also those that ask for another protocol: a server may ignore `Upgrade`, and the HTTP client of the JDK
 * asks for h2c with every first request.
 */
export class HttpTransport {
  readonly server: Server;
  private app: RequestListener | undefined;
  private readonly underWay = new Set<ServerResponse>();
  private closing: NodeJS.Timeout | undefined;

  constructor() {
    const options = {
      // The largest image at a megabit a second takes eighty seconds; what waits holds bounded memory.
      requestTimeout: 120_000,
      headersTimeout: 10_000,
      // Longer than proxies and balancers keep one: who closes first must not be the one that is asked.
      keepAliveTimeout: 75_000,
      shouldUpgradeCallback: isForSockets,
    };
    this.server = createServer(options, (request, response) => this.handle(request, response));
    // Node before 22.21 knows no `shouldUpgradeCallback` and hands every request with an Upgrade over.
    this.server.on('upgrade', (request, socket: Socket, head) => {
      if (!isForSockets(request)) void this.handleWithoutUpgrade(request, socket, head);
    });
    // Who sends a request and then neither reads nor writes for so long is not waited for.
    this.server.timeout = 120_000;
  }

  /** Whom requests go to; before the first one. */
  serve(app: RequestListener): void {
    this.app = app;
  }

  /** Resolves when it listens. Rejects when it cannot: the port is taken, say. */
  async listen({ port, host }: { port: number; host: string }): Promise<void> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
  }

  /** The one that it really listens on; with PORT=0 only the system knows. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The way out: from now on every answer ends its connection, and those without a request are closed by and by. */
  startClosing(): void {
    for (const response of this.underWay) endsConnection(response);
    this.closing ??= setInterval(() => this.server.closeIdleConnections(), closeIdleEveryMs);
  }

  /**
   * Resolves when nothing listens any more and every connection has ended. What is not answered after 8 s is cut off.
   */
  async close(log: Logger): Promise<void> {
    this.startClosing();
    const end = performance.now() + requestsPlanMs;
    // Connections in use end with an answer meanwhile: to stop listening closes those that wait for a request.
    await this.until(() => false, closeIdleEveryMs);
    const closed = new Promise((resolve) => this.server.close(resolve));
    // Who has just begun to ask gets so far; who has opened a connection and says nothing holds nobody up.
    const patience = performance.now() + closeIdleEveryMs;
    await this.until(
      () => this.underWay.size === 0 && performance.now() > patience,
      end - performance.now(),
    );
    clearInterval(this.closing);
    const cutOff = this.underWay.size;
    this.server.closeAllConnections();
    await closed;
    if (cutOff > 0) log.info({ cutOff }, 'requests took too long');
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    this.underWay.add(response);
    response.once('close', () => this.underWay.delete(response));
    if (this.closing) endsConnection(response);
    readTarget(request);
    this.app!(request, response);
  }

  /** Resolves when all connections have ended, or on this condition, or after this time. */
  private async until(isEnough: () => boolean, withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    while (performance.now() < end && !isEnough() && (await this.isOpen()))
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }

  private isOpen(): Promise<boolean> {
    return new Promise((resolve) =>
      this.server.getConnections((error, count) => resolve(!error && count > 0)),
    );
  }

  /** Puts the request back as it would be had it not asked for another protocol, for Node to read once more. */
  private async handleWithoutUpgrade(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
  ): Promise<void> {
    const gone = () => socket.destroy();
    socket.once('error', gone);
    const earlier = [...this.underWay].filter((response) => response.req.socket === socket);
    await Promise.all(
      earlier.map((response) => new Promise((resolve) => response.once('close', resolve))),
    );
    socket.off('error', gone);
    if (socket.destroyed) return;
    socket.setTimeout(this.server.timeout);
    socket.unshift(Buffer.concat([Buffer.from(withoutUpgrade(request), 'latin1'), head]));
    this.server.emit('connection', socket);
  }
}

function endsConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index]!, rawHeaders[index + 1]!];
    if (/^(upgrade|http2-settings)$/i.test(name)) continue;
    const kept = /^connection$/i.test(name) ? withoutTokens(value) : value;
    lines.push(`${name}: ${kept}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

const withoutTokens = (connection: string): string =>
  connection
    .split(',')
    .map((token) => token.trim())
    .filter((token) => !/^(upgrade|http2-settings)$/i.test(token))
    .join(', ');
