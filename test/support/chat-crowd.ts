import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { Ack, view } from '../../src/contract/index.js';
import { eventually } from './eventually.js';
import type { Person } from './person.js';

interface Talker {
  person: Person;
  conversation: view.Conversation;
  socket: Socket;
  /** Times it connected. */
  connects: number;
  underWay: number;
}

/** One pair of people who talk. */
export interface Pair {
  people: [Person, Person];
  conversation: view.Conversation;
}

/**
 * People who chat under load through one address, with plain Socket.IO clients that do what an app must: connect again
 * when they are asked to, and send what was answered `DRAINING` once more.
 */
export class ChatCrowd {
  /** Message ids that were acknowledged. */
  readonly acknowledged = new Set<string>();
  readonly counts = {
    sends: 0,
    draining: 0,
    /** Sends that got no answer. */
    cutOff: 0,
    /** Sends that were refused for another reason, by the code. */
    refused: {} as Record<string, number>,
    handshakesFailed: 0,
    restOk: 0,
    /** REST calls that were not answered 200, by what they got. */
    rest: {} as Record<string, number>,
  };
  private readonly talkers: Talker[] = [];
  private readonly sends = new Set<Promise<void>>();
  private readonly timers: NodeJS.Timeout[] = [];
  private over = false;

  constructor(private readonly url: string) {}

  /** Everybody connects with so many sockets each. */
  async connects(pairs: readonly Pair[], socketsEach: number): Promise<void> {
    for (const { people, conversation } of pairs) {
      for (const person of people)
        for (let count = 0; count < socketsEach; count += 1) this.add(person, conversation);
      await eventually('they are connected', () => this.talkers.every(({ connects }) => connects));
    }
  }

  get size(): number {
    return this.talkers.length;
  }

  /** The most times that one client had to connect again. */
  get reconnectsMost(): number {
    return Math.max(...this.talkers.map(({ connects }) => connects - 1));
  }

  /** From now on so many messages a second, and a REST call ten times a second. */
  begins(perSecond: number): void {
    let turn = 0;
    const next = () => this.talkers[(turn += 1) % this.talkers.length]!;
    this.timers.push(
      setInterval(() => this.keep(this.says(next())), 1_000 / perSecond),
      setInterval(() => this.keep(this.asks(next())), 100),
    );
  }

  /** Nothing more is sent; resolves when all that was sent is answered. */
  async rests(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.sends);
  }

  leaves(): void {
    this.over = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const { socket } of this.talkers) socket.close();
  }

  private keep(work: Promise<void>): void {
    this.sends.add(work);
    void work.finally(() => this.sends.delete(work));
  }

  private add(person: Person, conversation: view.Conversation): void {
    const socket = io(this.url, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token: person.accessToken },
    });
    const talker = { person, conversation, socket, connects: 0, underWay: 0 };
    this.talkers.push(talker);
    socket.on('session:ready', () => (talker.connects += 1));
    socket.on('connect_error', () => (this.counts.handshakesFailed += 1));
    socket.on('server:draining', ({ reconnectInMs }: { reconnectInMs: number }) => {
      const leave = () => {
        if (!socket.connected || this.over) return;
        if (talker.underWay > 0) setTimeout(leave, 20);
        else socket.disconnect().connect();
      };
      setTimeout(leave, reconnectInMs);
    });
  }

  private async says(talker: Talker): Promise<void> {
    const { socket, conversation } = talker;
    const clientMessageId = randomUUID();
    const payload = { conversationId: conversation.id, clientMessageId, text: '안녕하세요' };
    this.counts.sends += 1;
    while (!this.over) {
      await eventually('it is connected', () => this.over || socket.connected);
      talker.underWay += 1;
      const answer = (await socket
        .timeout(20_000)
        .emitWithAck('message:send', payload)
        .catch(() => undefined)
        .finally(() => (talker.underWay -= 1))) as Ack<unknown> | undefined;
      if (answer?.ok) {
        this.acknowledged.add(clientMessageId);
        return;
      }
      if (!answer) this.counts.cutOff += 1;
      else if (answer.error.code === 'DRAINING') this.counts.draining += 1;
      else count(this.counts.refused, answer.error.code);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private async asks({ person }: Talker): Promise<void> {
    const headers = { authorization: `Bearer ${person.accessToken}` };
    const outcome = await fetch(`${this.url}/v1/me`, { headers }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return String(answer.status);
      },
      (error: Error) => String((error.cause as { code?: string } | undefined)?.code ?? error),
    );
    if (outcome === '200') this.counts.restOk += 1;
    else count(this.counts.rest, outcome);
  }
}

const count = (counts: Record<string, number>, what: string): void => {
  counts[what] = (counts[what] ?? 0) + 1;
};
