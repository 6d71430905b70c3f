import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as it arrived. */
export interface PushRequest {
  /** The recipient: the token of FCM, or the last part of the path. */
  to: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** When it had arrived completely, in milliseconds. */
  at: number;
}

/** An answer: a status, nothing at all, a broken connection, or an answer that breaks off in its middle. */
export type PushAnswer =
  | { status: number; headers?: Record<string, string>; body?: string; afterMs?: number }
  | 'hang'
  | 'reset'
  | 'half';

/**
 * Stands in for FCM (with its token service) and for the push services of browsers: real HTTP, answers by script.
 * Speaks `POST …/token`, `POST /v1/projects/:project/messages:send` and `POST /push/:subscription`.
 */
export class PushService {
  /** All requests, unless it was started with `keep: false`. */
  readonly requests: PushRequest[] = [];
  /** How many were answered with success, by recipient. */
  readonly taken = new Map<string, number>();
  private readonly scripts = new Map<string, PushAnswer[]>();
  private readonly hanging = new Set<ServerResponse>();
  private readonly sockets = new Set<Socket>();
  private readonly server;
  private sent = 0;

  private constructor(private readonly options: { latencyMs: number; keep: boolean }) {
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const path = request.url ?? '/';
        const to = recipientOf(path, body);
        if (options.keep)
          this.requests.push({ to, path, headers: request.headers, body, at: Date.now() });
        this.answer(to, path, response);
      });
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** `latencyMs` is the delay of every answer. Listens on loopback, on `port` or any free one. */
  static async start(
    options: { latencyMs?: number; keep?: boolean; port?: number } = {},
  ): Promise<PushService> {
    const { latencyMs = 0, keep = true, port = 0 } = options;
    const service = new PushService({ latencyMs, keep });
    await new Promise<void>((resolve) => service.server.listen(port, '127.0.0.1', resolve));
    return service;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The number of open connections. */
  get connections(): number {
    return this.sockets.size;
  }

  /** Requests that got no answer so far because the script said so. */
  get hung(): number {
    return this.hanging.size;
  }

  /**
   * Sets the answers to a recipient's requests, in order; the last one repeats. `token` is the token service, and `*`
   * is every recipient without a script.
   */
  script(to: string, ...answers: PushAnswer[]): void {
    this.scripts.set(to, answers);
  }

  requestsTo(to: string): PushRequest[] {
    return this.requests.filter((one) => one.to === to);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(to: string, path: string, response: ServerResponse): void {
    const answers = this.scripts.get(to) ?? (to === 'token' ? undefined : this.scripts.get('*'));
    const answer = answers && (answers.length > 1 ? answers.shift() : answers[0]);
    if (answer === 'hang') {
      this.hanging.add(response);
      response.on('close', () => this.hanging.delete(response));
      return;
    }
    if (answer === 'reset') return void response.socket?.resetAndDestroy();
    const send = () => {
      if (answer === 'half') return this.breakOff(response);
      const { status, headers, body } = answer ?? this.success(to, path);
      if (status < 300 && to !== 'token') this.taken.set(to, (this.taken.get(to) ?? 0) + 1);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    };
    const afterMs =
      (typeof answer === 'object' ? answer.afterMs : undefined) ?? this.options.latencyMs;
    if (afterMs > 0) setTimeout(send, afterMs);
    else send();
  }

  private breakOff(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"name": "proj', () => response.socket?.destroy());
  }

  private success(to: string, path: string): Exclude<PushAnswer, string> {
    if (to === 'token')
      return {
        status: 200,
        body: JSON.stringify({ access_token: 'access', expires_in: 3_600, token_type: 'Bearer' }),
      };
    this.sent += 1;
    return path.startsWith('/v1/')
      ? { status: 200, body: JSON.stringify({ name: `projects/test/messages/${this.sent}` }) }
      : { status: 201, headers: { location: `/message/${this.sent}` } };
  }
}

/** FCM's token is in the body, close enough to its beginning and without escapes. */
function recipientOf(path: string, body: Buffer): string {
  if (!path.endsWith('messages:send')) return path.slice(path.lastIndexOf('/') + 1);
  return /"token":"([^"]*)"/.exec(body.toString('utf8'))?.[1] ?? '';
}
