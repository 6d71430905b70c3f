import { percentile } from '../measure/percentiles.js';
import type { Answer } from './device.js';

/** The most sends in one phase; above it the generator stops. */
const capacity = 1_000_000;

export interface PhaseResult {
  /** Messages that were acknowledged and received by the other side, in the measured time. */
  messagesPerSecond: number;
  ackMs: { p50: number; p99: number };
  deliveryMs: { p50: number; p99: number };
  /** Messages from the start of the measured time to the end of the phase, also those after the measured time. */
  messages: number;
  sent: number;
  /** In the measured time. */
  sentPerSecond: number;
  refused: number;
  /** Refusals that did not say when to try again. */
  refusedForGood: number;
  /** Acknowledged, but not received when the phase ended; or received but never acknowledged. */
  lost: number;
  /** Received more than once, without the copies that a device drops by their `seq`. */
  twice: number;
  /** Copies that devices dropped by their `seq`. */
  repeated: number;
  /** Not acknowledged when the phase ended. */
  unanswered: number;
}

/** What became of every message of a phase. Times are in ms of `performance.now()`. */
export class Tally {
  readonly firstNumber: number;
  private readonly dueAt = new Float64Array(capacity);
  private readonly ackedAt = new Float64Array(capacity);
  private readonly receivedAt = new Float64Array(capacity);
  private readonly received = new Uint8Array(capacity);
  private count = 0;
  private settled = 0;
  private refused = 0;
  private refusedForGood = 0;
  private repeated = 0;
  private from = Infinity;
  private to = Infinity;

  /** Numbers continue from phase to phase, so that a late message cannot pass for one of the next phase. */
  constructor(firstNumber: number) {
    this.firstNumber = firstNumber;
  }

  get nextNumber(): number {
    return this.firstNumber + this.count;
  }
  get full(): boolean {
    return this.count >= capacity;
  }
  /** Messages that were sent, but not both acknowledged and received. */
  get open(): number {
    return this.count - this.settled;
  }

  /** Measures only what happens between these two moments. */
  measure(from: number, to: number): void {
    this.from = from;
    this.to = to;
  }

  /** Notes a message that was due at `dueAt`. Returns its number. */
  send(dueAt: number): number {
    this.dueAt[this.count] = dueAt;
    return this.firstNumber + this.count++;
  }

  ack(number: number, { ok, error }: Answer): void {
    const index = number - this.firstNumber;
    if (index < 0 || index >= this.count) return;
    if (!ok) {
      this.refused += 1;
      if (error?.retryAfterMs === undefined) this.refusedForGood += 1;
      this.settled += 1;
      return;
    }
    this.ackedAt[index] = performance.now();
    if (this.received[index]! > 0) this.settled += 1;
  }

  receive(number: number): void {
    const index = number - this.firstNumber;
    if (index < 0 || index >= this.count) return;
    this.received[index]! += 1;
    if (this.received[index]! > 1) return;
    this.receivedAt[index] = performance.now();
    if (this.ackedAt[index]! > 0) this.settled += 1;
  }

  /** Notes that a device got an entry that it already has. */
  repeat(): void {
    this.repeated += 1;
  }

  result(): PhaseResult {
    const acks: number[] = [];
    const deliveries: number[] = [];
    let [done, lost, twice, unanswered, messages, sent] = [0, 0, 0, 0, 0, 0];
    for (let index = 0; index < this.count; index += 1) {
      const due = this.dueAt[index]!;
      const acked = this.ackedAt[index]!;
      const received = this.receivedAt[index]!;
      if (due >= this.from && due < this.to) sent += 1;
      if (acked > 0 !== received > 0) lost += 1;
      if (this.received[index]! > 1) twice += 1;
      if (acked === 0) unanswered += 1;
      if (acked === 0 || received === 0) continue;
      const both = Math.max(acked, received);
      if (both >= this.from) messages += 1;
      if (both >= this.from && both < this.to) done += 1;
      if (due < this.from || due >= this.to) continue;
      acks.push(acked - due);
      deliveries.push(received - due);
    }
    return {
      messagesPerSecond: (done * 1_000) / (this.to - this.from),
      ackMs: { p50: percentile(acks, 0.5), p99: percentile(acks, 0.99) },
      deliveryMs: { p50: percentile(deliveries, 0.5), p99: percentile(deliveries, 0.99) },
      messages,
      sent: this.count,
      sentPerSecond: (sent * 1_000) / (this.to - this.from),
      refused: this.refused,
      refusedForGood: this.refusedForGood,
      lost,
      twice,
      repeated: this.repeated,
      unanswered: unanswered - this.refused,
    };
  }
}
