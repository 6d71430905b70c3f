import { randomUUID } from 'node:crypto';
import { Device, type Arrived } from './device.js';
import type { Pair } from './orders.js';
import type { Tally } from './tally.js';

const textBytes = 100;
/** Numbers of a recipient's requests; they never meet a sender's. */
const [receiptNumber, pullNumber] = [0, 1];

/**
 * One conversation: a device that sends, and one that receives like a client, which drops by `seq` what it already has.
 */
export class Talk {
  tally: Tally | undefined;
  /** Called when a send was answered. */
  answered: () => void = () => undefined;
  readonly sender: Device;
  readonly recipient: Device;
  /** Everything up to here was received, without a gap. */
  private reached = 0;
  /** Received entries above it. */
  private readonly beyond = new Set<number>();
  private told = 0;
  private pulling = false;

  constructor(private readonly pair: Pair) {
    this.sender = new Device(pair.senderPort, pair.senderToken, {
      ack: (number, { ok }) => {
        this.tally?.ack(number, ok);
        this.answered();
      },
    });
    this.recipient = new Device(pair.recipientPort, pair.recipientToken, {
      message: (arrived) => this.take(arrived),
      hint: (lastSeq) => this.pull(lastSeq),
      ack: (number, { data }) => {
        if (number !== pullNumber) return;
        this.pulling = false;
        for (const one of data?.messages ?? []) this.take(one, true);
      },
    });
  }

  send(dueAt: number): void {
    const number = this.tally!.send(dueAt);
    this.sender.send(
      'message:send',
      {
        conversationId: this.pair.conversationId,
        clientMessageId: randomUUID(),
        text: `${number} `.padEnd(textBytes, 'haggle over it '),
      },
      number,
    );
  }

  /** Tells how far the recipient has read, when that has grown. */
  tellReceipt(): void {
    if (this.reached <= this.told) return;
    this.told = this.reached;
    const { conversationId } = this.pair;
    this.recipient.send('receipt:read', { conversationId, seq: this.told }, receiptNumber);
  }

  /** Pulls, one pull at a time; what is missing afterwards is hinted at again. */
  private pull(lastSeq: number): void {
    if (this.pulling || lastSeq <= this.reached) return;
    this.pulling = true;
    const { conversationId } = this.pair;
    this.recipient.send(
      'sync:pull',
      { known: [{ conversationId, seq: this.reached }] },
      pullNumber,
    );
  }

  /** Takes an entry. A pulled one may be known already: only a copy that nobody asked for counts. */
  private take({ text, seq }: Arrived, pulled = false): void {
    if (seq !== undefined) {
      if (seq <= this.reached || this.beyond.has(seq)) {
        if (!pulled) this.tally?.repeat();
        return;
      }
      this.beyond.add(seq);
      while (this.beyond.delete(this.reached + 1)) this.reached += 1;
    }
    this.tally?.receive(Number.parseInt(text, 10));
  }
}
