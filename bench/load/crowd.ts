import { randomUUID } from 'node:crypto';
import { Device, type Arrived } from './device.js';
import type { Pair } from './orders.js';
import type { Tally } from './tally.js';

const connectAtOnce = 25;
/** A device says what it has read at most this often, as a client does that gathers its receipts. */
const receiptMs = 1_000;
const receiptSlices = 20;
const textBytes = 100;

interface Talk {
  pair: Pair;
  sender: Device;
  recipient: Device;
  heardSeq: number;
  readSeq: number;
}

/** Pairs of people, the sender on one node and the other person on the other. */
export class Crowd {
  private readonly talks: Talk[] = [];
  private tally: Tally | undefined;
  private settled: (pair: number) => void = () => undefined;
  private receipts: NodeJS.Timeout | undefined;

  constructor(
    private readonly pairs: Pair[],
    private readonly options: { receipts: boolean; broken: (reason: Error) => void },
  ) {}

  get size(): number {
    return this.pairs.length;
  }

  async connect(): Promise<void> {
    for (const pair of this.pairs) this.talks.push(this.talkOf(pair));
    const devices = this.talks.flatMap(({ sender, recipient }) => [sender, recipient]);
    while (devices.length > 0)
      await Promise.all(
        devices.splice(0, connectAtOnce).map((device) => device.connect(this.options.broken)),
      );
    if (!this.options.receipts) return;
    let slice = 0;
    this.receipts = setInterval(() => {
      this.tellReceipts(slice);
      slice = (slice + 1) % receiptSlices;
    }, receiptMs / receiptSlices);
  }

  /** From now on what arrives counts for this phase; `settled` is called when a send of the pair was answered. */
  begin(tally: Tally, settled: (pair: number) => void): void {
    this.tally = tally;
    this.settled = settled;
  }

  send(index: number, dueAt: number): void {
    const { pair, sender } = this.talks[index]!;
    const number = this.tally!.send(dueAt);
    sender.send(
      'message:send',
      {
        conversationId: pair.conversationId,
        clientMessageId: randomUUID(),
        text: `${number} `.padEnd(textBytes, 'haggle over it '),
      },
      number,
    );
  }

  close(): void {
    clearInterval(this.receipts);
    for (const { sender, recipient } of this.talks) {
      sender.close();
      recipient.close();
    }
  }

  private talkOf(pair: Pair): Talk {
    const index = this.talks.length;
    const message = (arrived: Arrived) => {
      const talk = this.talks[index]!;
      talk.heardSeq = Math.max(talk.heardSeq, arrived.seq ?? 0);
      this.tally?.receive(Number.parseInt(arrived.text, 10));
    };
    const ack = (number: number, ok: boolean) => {
      this.tally?.ack(number, ok);
      this.settled(index);
    };
    const nothing = () => undefined;
    return {
      pair,
      sender: new Device(pair.senderPort, pair.senderToken, { ack, message: nothing }),
      recipient: new Device(pair.recipientPort, pair.recipientToken, { ack: nothing, message }),
      heardSeq: 0,
      readSeq: 0,
    };
  }

  private tellReceipts(slice: number): void {
    for (let index = slice; index < this.talks.length; index += receiptSlices) {
      const talk = this.talks[index]!;
      if (talk.heardSeq <= talk.readSeq) continue;
      talk.readSeq = talk.heardSeq;
      const { conversationId } = talk.pair;
      talk.recipient.send('receipt:read', { conversationId, seq: talk.readSeq }, 0);
    }
  }
}
