import { randomUUID } from 'node:crypto';
import { Device, type Arrived, type Hears, type TalkDevice } from './device.js';
import type { Pair } from './orders.js';
import type { Tally } from './tally.js';
import { TinodeDevice } from './tinode-device.js';

const textBytes = 100;
/** Numbers of a recipient's requests; they never meet a sender's. */
const [receiptNumber, pullNumber, againNumber] = [0, 1, 2];

/**
 * One conversation: a device that sends, and one that receives like a client, which drops by `seq` what it already has.
 */
export class Talk {
  tally: Tally | undefined;
  /** Called when a send was answered; where it was refused, with the ms after which to try again. */
  answered: (retryAfterMs?: number) => void = () => undefined;
  readonly sender: TalkDevice;
  readonly recipient: TalkDevice;
  /** Everything up to here was received, without a gap. */
  private reached = 0;
  /** Received entries above it. */
  private readonly beyond = new Set<number>();
  private told = 0;
  private pulling = false;
  private pulledAgain: ((entries: number) => void) | undefined;

  constructor(private readonly pair: Pair) {
    this.sender = deviceOf(pair, 'sender', {
      ack: (number, answer) => {
        this.tally?.ack(number, answer);
        this.answered(answer.error?.retryAfterMs);
      },
    });
    this.recipient = deviceOf(pair, 'recipient', {
      message: (arrived) => this.take(arrived),
      hint: (lastSeq) => this.pull(lastSeq),
      ack: (number, { ok, data }) => {
        if (number === againNumber) this.pulledAgain?.(ok ? (data?.messages?.length ?? 0) : -1);
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

  /** Asks for the last entries as if they had been missed. Returns how many came; throws when the pull was refused. */
  async pullAgain(behind: number): Promise<number> {
    const known = [{ conversationId: this.pair.conversationId, seq: this.reached - behind }];
    const came = await new Promise<number>((resolve) => {
      this.pulledAgain = resolve;
      this.recipient.send('sync:pull', { known }, againNumber);
    });
    if (came < 0) throw new Error('a pull was refused');
    return came;
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

function deviceOf(pair: Pair, side: 'sender' | 'recipient', hears: Hears): TalkDevice {
  const [port, token] =
    side === 'sender'
      ? [pair.senderPort, pair.senderToken]
      : [pair.recipientPort, pair.recipientToken];
  if (!pair.tinode) return new Device(port, token, hears);
  const other = side === 'sender' ? pair.tinode.recipient : pair.tinode.sender;
  return new TinodeDevice(port, token, other, hears);
}
