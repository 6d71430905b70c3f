import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Stands before a gateway and hands out its web client, from one moment on as if it had been built anew: its
 * scripts and styles have other names wherever one is named.
 */
export class ChangingBuild {
  private isNew = false;
  private readonly upgraded = new Set<Duplex>();

  private constructor(
    private readonly server: Server,
    private readonly gateway: URL,
  ) {}

  static async before(gatewayUrl: string): Promise<ChangingBuild> {
    const server = createServer();
    const build = new ChangingBuild(server, new URL(gatewayUrl));
    server.on('request', (asked, answer) => {
      const { hostname, port } = build.gateway;
      const headers = { ...asked.headers };
      // The whole, as text: what the gateway calls unchanged may be changed here.
      for (const name of ['accept-encoding', 'if-none-match', 'if-modified-since'])
        delete headers[name];
      const path = asked.url!.replace('/assets/anew-', '/assets/');
      const passed = request(
        { hostname, port, path, method: asked.method, headers, agent: false },
        (heard) => {
          const parts: Buffer[] = [];
          heard.on('data', (part: Buffer) => parts.push(part));
          heard.on('end', () => {
            const { 'content-length': _length, 'transfer-encoding': _how, ...rest } = heard.headers;
            const body = build.changed(asked, heard, Buffer.concat(parts));
            answer.writeHead(heard.statusCode!, rest).end(body);
          });
        },
      );
      passed.on('error', () => answer.destroy());
      asked.pipe(passed);
    });
    // Sockets are passed on as they are.
    server.on('upgrade', (asked: IncomingMessage, socket) => {
      build.upgraded.add(socket);
      const lines = Object.entries(asked.headers).map(
        ([name, value]) => `${name}: ${String(value)}`,
      );
      const onward = connect(Number(build.gateway.port), build.gateway.hostname, () => {
        onward.write([`GET ${asked.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
        socket.pipe(onward).pipe(socket);
      });
      for (const [one, other] of [
        [onward, socket],
        [socket, onward],
      ] as const)
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return build;
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  comesAnew(): void {
    this.isNew = true;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    for (const socket of this.upgraded) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private changed(asked: IncomingMessage, heard: IncomingMessage, body: Buffer): Buffer | string {
    const isText = /^text\/(html|javascript)/.test(heard.headers['content-type'] ?? '');
    const isOld = asked.url?.startsWith('/assets/') && !asked.url.startsWith('/assets/anew-');
    if (!this.isNew || !isText || isOld) return body;
    return body.toString().replace(/(assets\/|\.\/)([\w-]+\.(js|css)\b)/g, '$1anew-$2');
  }
}
