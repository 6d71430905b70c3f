import { setTimeout as delay } from 'node:timers/promises';
import type { TalkDevice } from './device.js';
import type { Pair, Pulled } from './orders.js';
import { Talk } from './talk.js';
import type { Tally } from './tally.js';

/** Devices that connect, or pull, at a time. */
const connectAtOnce = 25;
/** A server that says nothing more would let the benchmark wait for ever (ms). */
const connectMs = 30_000;
/** A device reports what it has read at most this often (ms), like a client that gathers its receipts. */
const receiptMs = 1_000;
/** Devices report in this many groups at different times. */
const receiptSlices = 20;

/** Pairs of people: the sender is on one node and the recipient on the other. */
export class Crowd {
  private readonly talks: Talk[];
  private receipts: NodeJS.Timeout | undefined;

  constructor(
    pairs: Pair[],
    private readonly options: { receipts: boolean; broken: (reason: Error) => void },
  ) {
    this.talks = pairs.map((pair) => new Talk(pair));
  }

  get size(): number {
    return this.talks.length;
  }

  async connect(): Promise<void> {
    const devices = this.talks.flatMap(({ sender, recipient }) => [sender, recipient]);
    while (devices.length > 0)
      await Promise.all(devices.splice(0, connectAtOnce).map((device) => this.inTime(device)));
    if (!this.options.receipts) return;
    let slice = 0;
    this.receipts = setInterval(() => {
      for (let index = slice; index < this.talks.length; index += receiptSlices)
        this.talks[index]!.tellReceipt();
      slice = (slice + 1) % receiptSlices;
    }, receiptMs / receiptSlices);
  }

  private async inTime(device: TalkDevice): Promise<void> {
    const late = delay(connectMs, undefined, { ref: false }).then(() => {
      throw new Error(`a device was not connected after ${connectMs / 1_000} s`);
    });
    await Promise.race([device.connect(this.options.broken), late]);
  }

  /**
   * Counts for this phase what arrives from now on. `answered` is called when a send of a pair was answered; where it was
   * refused, with the ms after which to try again.
   */
  begin(tally: Tally, answered: (pair: number, retryAfterMs?: number) => void): void {
    this.talks.forEach((talk, index) => {
      talk.tally = tally;
      talk.answered = (retryAfterMs) => answered(index, retryAfterMs);
    });
  }

  send(index: number, dueAt: number): void {
    this.talks[index]!.send(dueAt);
  }

  /** Lets every recipient pull its last entries again, so many times, `connectAtOnce` recipients at a time. */
  async pull(times: number, behind: number): Promise<Pulled> {
    const result = { pulls: 0, entries: 0 };
    const waiting = Array.from({ length: times }, () => this.talks).flat();
    const line = async () => {
      for (let talk = waiting.pop(); talk; talk = waiting.pop()) {
        const came = await talk.pullAgain(behind);
        result.entries += came;
        result.pulls += 1;
      }
    };
    await Promise.all(Array.from({ length: connectAtOnce }, line));
    return result;
  }

  close(): void {
    clearInterval(this.receipts);
    for (const { sender, recipient } of this.talks) {
      sender.close();
      recipient.close();
    }
  }
}
