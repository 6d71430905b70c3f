import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Span {
  process: string;
  /** The NODE_ID of the process. */
  node: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  status?: { code?: number };
  attributes: { key: string; value: Record<string, unknown> }[];
}

interface Sent {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Span, 'process' | 'node'>[] }[];
  }[];
}

/** Takes spans over OTLP/HTTP as JSON, in place of an operator's collector. */
export class TraceCollector {
  readonly spans: Span[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceCollector> {
    const server = createServer();
    const collector = new TraceCollector(server);
    server.on('request', (request, response) => {
      json(request).then(
        (body) => {
          for (const { resource, scopeSpans } of (body as Sent).resourceSpans) {
            const told = (name: string) =>
              resource.attributes.find(({ key }) => key === name)?.value.stringValue ?? '';
            const [process, node] = [told('service.name'), told('service.instance.id')];
            for (const { spans } of scopeSpans)
              for (const span of spans) collector.spans.push({ ...span, process, node });
          }
          response.end('{}');
        },
        () => response.writeHead(400).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/traces`;
  }

  of(traceId: string): Span[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
