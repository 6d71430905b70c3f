import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { webhooks } from '../../src/contract/index.js';
import type { z } from 'zod';
import { eventually } from './eventually.js';

type Types = keyof typeof webhooks;
export type Told<T extends Types = Types> = {
  [K in T]: z.infer<(typeof webhooks)[K]['payload']>;
}[T];

interface Heard {
  id: string;
  event: Told;
  /** What it was answered with. */
  status: number;
}

type Reply = number | { status: number; headers: Record<string, string> };

/** The team's own server: verifies every signature with the library of Standard Webhooks, by each of its secrets. */
export class WebhookReceiver {
  /** Every try, in the order in which they came. */
  readonly heard: Heard[] = [];
  /** Signatures that did not fit. */
  readonly forged: string[] = [];
  /** How it answers; put back by {@link obliging}. */
  answers: (event: Told, id: string) => Reply | Promise<Reply> = () => 204;

  private constructor(
    private readonly server: Server,
    private readonly secrets: string[],
  ) {}

  static async listen(secrets: string[]): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server, secrets);
    server.on('request', (request, response) => {
      void receiver.take(request).then(({ status, headers }) => {
        response.writeHead(status, headers).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/haggle`;
  }

  obliging(): void {
    this.answers = () => 204;
  }

  /** What was taken, each event once: what a receiver that drops repeated ids works on. */
  taken<T extends Types>(type: T, fits: (event: Told<T>) => boolean = () => true): Told<T>[] {
    const seen = new Set<string>();
    return this.heard
      .filter(({ id, status }) => status < 300 && !seen.has(id) && seen.add(id))
      .map(({ event }) => event)
      .filter((event): event is Told<T> => event.type === type && fits(event as Told<T>));
  }

  /** The texts of a conversation in the order in which they were taken. */
  texts(conversationId: string): string[] {
    return this.taken('message.created', (one) => one.conversationId === conversationId).map(
      ({ data }) => data.message.text!,
    );
  }

  hears<T extends Types>(
    type: T,
    fits: (event: Told<T>) => boolean = () => true,
    deadlineMs?: number,
  ): Promise<Told<T>> {
    return eventually(`receiver hears ${type}`, () => this.taken(type, fits)[0], deadlineMs);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage) {
    const body = await text(request);
    const id = String(request.headers['webhook-id']);
    for (const secret of this.secrets)
      try {
        new Webhook(secret).verify(body, request.headers as Record<string, string>);
      } catch (error) {
        this.forged.push(`${id}: ${(error as Error).message}`);
      }
    const event = JSON.parse(body) as Told;
    const reply = await this.answers(event, id);
    const answer = typeof reply === 'number' ? { status: reply, headers: {} } : reply;
    this.heard.push({ id, event, status: answer.status });
    return answer;
  }
}
