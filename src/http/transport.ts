import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import { Refusal } from '../contract/index.js';
import type { Config } from '../platform/config.js';
import type { Lifecycle } from '../platform/lifecycle.js';
import type { Logger } from '../platform/logger.js';
import { turnAway } from '../platform/turn-away.js';
import { AppRequest, AppResponse } from './app-messages.js';
import { watchForwarding } from './forwarded.js';
import { readTarget } from './request-target.js';

/** The path of Socket.IO; Engine.IO answers everything beneath it, and nothing else. */
export const socketPath = '/socket.io';

function isForSockets(request: IncomingMessage): boolean {
  readTarget(request);
  return request.url!.startsWith(socketPath);
}

/** When the process ends, requests have this long to be answered after the sockets have gone. */
export const requestsPlanMs = 8_000;
/** How often idle connections are closed when the process ends; a busy one ends with its next answer before that. */
const closeIdleEveryMs = 1_000;
/** How often it is checked whether all have gone. */
const pauseMs = 20;

/**
 * Connections that may wait to be accepted. Node's 511 overflow when thousands come back in one moment: the system then
 * drops their first packet without a word, and each tries again after 1, 3, 7 ... 127 s, all at the same time. Those who
 * are accepted are told when to come again. (`net.core.somaxconn` of Linux bounds it too: 4096.)
 */
const backlog = 2_048;

/**
 * The HTTP server of a gateway. Socket.IO attaches itself and takes requests under `/socket.io`; all others go to the
 * app, also those that ask for another protocol: a server may ignore `Upgrade`, and the HTTP client of the JDK asks for
 * h2c with every first request.
 */
export class HttpTransport {
  readonly server: Server;
  private app: RequestListener | undefined;
  private readonly underWay = new Set<ServerResponse>();
  private closing: NodeJS.Timeout | undefined;

  private readonly lifecycle: Lifecycle;
  private readonly watch: (request: IncomingMessage) => void;

  constructor({ config, log, lifecycle }: { config: Config; log: Logger; lifecycle: Lifecycle }) {
    this.lifecycle = lifecycle;
    this.watch = watchForwarding(config.trustProxy, log);
    const options = {
      IncomingMessage: AppRequest,
      ServerResponse: AppResponse,
      // The largest image takes 80 s at 1 Mbit/s; a request that waits holds bounded memory.
      requestTimeout: 120_000,
      headersTimeout: 10_000,
      // Node looks for both only this often, by default every 30 s.
      connectionsCheckingInterval: 2_000,
      // Longer than proxies and balancers keep a connection: they must close first, or they might send into a closed
      // one.
      keepAliveTimeout: 75_000,
      shouldUpgradeCallback: isForSockets,
    };
    this.server = createServer(options, (request, response) => this.handle(request, response));
    // Node before 22.21 knows no `shouldUpgradeCallback` and passes on every request with an Upgrade.
    this.server.on('upgrade', (request, socket: Socket, head) => {
      this.watch(request);
      if (!isForSockets(request)) void this.handleWithoutUpgrade(request, socket, head);
      // Socket.IO, which listens too once it is there, waits for the servers.
      else if (this.server.listenerCount('upgrade') === 1)
        turnAway(socket, new Refusal('UNAVAILABLE'));
    });
    // A client that sends a request and then neither reads nor writes for this long is cut off.
    this.server.timeout = 120_000;
  }

  /** Sets the app that requests go to from now on; call it before the first request. */
  serve(app: RequestListener): void {
    this.app = app;
  }

  /** Resolves when it listens. Rejects when it cannot: the port is taken, say. */
  async listen({ port, host }: { port: number; host: string }): Promise<void> {
    this.server.listen({ port, host, backlog });
    await once(this.server, 'listening');
  }

  /** The port that it really listens on; with PORT=0 only the system knows it beforehand. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /**
   * Refuses new connections, so that proxies ask another node; lets every answer end its connection, and closes idle
   * ones once a second.
   */
  leave(): void {
    if (this.closing) return;
    for (const response of this.underWay) endsConnection(response);
    // The method of HTTP servers would also close connections on which a request is about to come.
    justRead(() => NetServer.prototype.close.call(this.server));
    this.closing = setInterval(
      () => justRead(() => this.server.closeIdleConnections()),
      closeIdleEveryMs,
    );
  }

  /** Resolves when every connection has ended. Requests not answered after 8 s are cut off. */
  async close(log: Logger): Promise<void> {
    this.leave();
    // A client that has just begun a request may still send it; a connection that says nothing delays nobody.
    const patience = performance.now() + 2 * closeIdleEveryMs;
    await this.until(
      () => this.underWay.size === 0 && performance.now() > patience,
      requestsPlanMs,
    );
    clearInterval(this.closing);
    const cutOff = this.underWay.size;
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    if (cutOff > 0) log.info({ cutOff }, 'requests that took too long were cut off');
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    this.underWay.add(response);
    response.once('close', () => this.underWay.delete(response));
    if (this.lifecycle.isEnding) endsConnection(response);
    this.watch(request);
    readTarget(request);
    this.app!(request, response);
  }

  /** Resolves when all connections have ended, when the condition holds, or after this time. */
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

  /** Restores the request as if it had not asked for another protocol, and lets Node read it once more. */
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

/** Acts at the moment at which everything that has arrived is accepted and read: what comes later is not cut in two. */
const justRead = (act: () => void): void => void setImmediate(act);

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
