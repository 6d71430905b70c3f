import { cpuMicros } from '../measure/cpu.js';
import { percentile } from '../measure/percentiles.js';
import type { Second } from './orders.js';

/** The bounds that a number of users must keep: 99 of 100 acknowledgements and deliveries are quicker (ms). */
export const bounds = { ackMs: 100, deliveryMs: 200 } as const;

interface Latency {
  p50: number;
  p99: number;
}

/** What was measured with one number of users. Rates are a second, times in ms. */
export interface Step {
  users: number;
  /** Connected on average: some are away between two visits. */
  online: number;
  requestsPerSecond: number;
  messagesPerSecond: number;
  requestMs: Latency;
  ackMs: Latency;
  deliveryMs: Latency;
  errors: Record<string, number>;
  refusals: Record<string, number>;
  /** The longest time by which the generator was late: latencies include it. */
  generatorLagMs: number;
  /** The longest 99th percentile of a gateway's event loop, where it tells. */
  gatewayLagMs: number | undefined;
  /** Cores that each part used. */
  cores: Record<string, number>;
  holds: boolean;
}

/** Adds up seconds of all generator processes, with the CPU time of the parts meanwhile. */
export class Stretch {
  private readonly seconds: Second[] = [];
  private readonly since = performance.now();
  private readonly before: number[];
  gatewayLagMs: number | undefined;

  constructor(
    private readonly crowds: number,
    private readonly parts: Record<string, number[]>,
  ) {
    this.before = Object.values(parts).map(cpuMicros);
  }

  add(second: Second): void {
    this.seconds.push(second);
  }

  noteGatewayLag(ms: number | undefined): void {
    if (ms !== undefined) this.gatewayLagMs = Math.max(this.gatewayLagMs ?? 0, ms);
  }

  result(users: number): Step {
    const tookMs = performance.now() - this.since;
    const all = this.seconds;
    const many = (pick: (one: Second) => number[]) => all.flatMap(pick);
    const perSecond = (count: number) => (count * 1_000) / tookMs;
    const latency = (times: number[]): Latency => ({
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
    });
    const acks = many(({ ackMs }) => ackMs);
    const ackMs = latency(acks);
    const deliveryMs = latency(many((one) => one.deliveryMs));
    const errors = counted(all.map((one) => one.errors));
    const micros = Object.values(this.parts).map(cpuMicros);
    return {
      users,
      online: all.reduce((sum, { online }) => sum + online, 0) / (all.length / this.crowds || 1),
      requestsPerSecond: perSecond(all.reduce((sum, { requests }) => sum + requests, 0)),
      messagesPerSecond: perSecond(acks.length),
      requestMs: latency(many((one) => one.requestMs)),
      ackMs,
      deliveryMs,
      errors,
      refusals: counted(all.map((one) => one.refusals)),
      generatorLagMs: Math.max(0, ...all.map(({ lagMs }) => lagMs)),
      gatewayLagMs: this.gatewayLagMs,
      cores: Object.fromEntries(
        Object.keys(this.parts).map((part, index) => [
          part,
          (micros[index]! - this.before[index]!) / 1_000 / tookMs,
        ]),
      ),
      holds:
        Object.keys(errors).length === 0 &&
        ackMs.p99 <= bounds.ackMs &&
        deliveryMs.p99 <= bounds.deliveryMs,
    };
  }
}

function counted(counts: Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of counts)
    for (const [name, count] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
