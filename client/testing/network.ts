import { Refusal } from '../../src/contract/errors.js';
import type { ClientEventName, ErrorCode, ServerEventName } from '../contract-types.js';

/** Timers to use instead of the global ones, and their time (milliseconds since 1970). */
export interface MockTimers {
  now(): number;
  setTimeout(task: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** Looked up at every call, so that fake timers of a test runner work also when they are installed later. */
const globalTimers: MockTimers = {
  now: () => Date.now(),
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** What can fail on its way: a request, its acknowledgement, or an event of the server. */
export type PacketKind = ClientEventName | `ack:${ClientEventName}` | ServerEventName;

/** What can be refused: a request of the socket, any REST call, the handshake. */
export type Refusable = ClientEventName | 'http' | 'connection';

type Fate = 'lost' | 'twice' | 'overtaken';

/** What a test does to the network. */
export interface Faults {
  /** The next `times` packets of this kind never arrive; 1 where it is left out. */
  drop(kind: PacketKind, times?: number): void;
  /** The next `times` packets of this kind arrive twice. */
  duplicate(kind: PacketKind, times?: number): void;
  /** The next `times` packets of this kind arrive behind the packet that follows them on the same connection. */
  reorder(kind: PacketKind, times?: number): void;
  /** The next `times` requests of this kind, REST calls (`http`) or handshakes (`connection`) get this answer. */
  refuse(kind: Refusable, code: ErrorCode, more?: { times?: number; retryAfterMs?: number }): void;
  /** Cancels all faults that were asked for. */
  clearFaults(): void;
  setLatency(ms: number): void;
  /** Moves the gateway's time ahead (ms), so that times to edit or answer run out. */
  passTime(ms: number): void;
}

/**
 * Time, and what lies between devices and the gateway. Every fault is planned by kind and number, so a script runs the
 * same way each time; those of one kind happen in the order in which they were planned.
 */
export class Network {
  reachable = true;
  private ahead = 0;
  private readonly running = new Set<unknown>();
  private fates: { kind: PacketKind; left: number; fate: Fate }[] = [];
  private refusals: { kind: Refusable; left: number; refusal: Refusal }[] = [];

  readonly faults: Faults = {
    drop: (kind, times) => this.plan(kind, 'lost', times),
    duplicate: (kind, times) => this.plan(kind, 'twice', times),
    reorder: (kind, times) => this.plan(kind, 'overtaken', times),
    refuse: (kind, code, { times = 1, retryAfterMs } = {}) => {
      const details = retryAfterMs === undefined ? {} : { retryAfterMs };
      this.refusals.push({ kind, left: times, refusal: new Refusal(code, undefined, details) });
    },
    clearFaults: () => {
      this.fates = [];
      this.refusals = [];
    },
    setLatency: (ms) => {
      this.latencyMs = ms;
    },
    passTime: (ms) => {
      this.ahead += ms;
    },
  };

  constructor(
    /** Milliseconds that every packet and every REST answer takes, each direction. */
    private latencyMs: number,
    private readonly timers: MockTimers = globalTimers,
  ) {}

  /** The gateway's own time: the device's, plus what a test let pass. */
  now(): Date {
    return new Date(this.timers.now() + this.ahead);
  }

  /** Resolves after the latency, so many times; at once (a microtask) without one, so that tests need no timers. */
  way(times = 1): Promise<void> {
    const ms = this.latencyMs * times;
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Returns what cancels it. In the background it doesn't keep a process of Node alive. */
  after(ms: number, task: () => void, { inBackground = false } = {}): () => void {
    const timer = this.timers.setTimeout(() => {
      this.running.delete(timer);
      task();
    }, ms);
    this.running.add(timer);
    if (inBackground) (timer as { unref?: () => void } | undefined)?.unref?.();
    return () => {
      this.running.delete(timer);
      this.timers.clearTimeout(timer);
    };
  }

  /** Stops everything that would keep a test runner waiting. */
  stop(): void {
    for (const timer of this.running) this.timers.clearTimeout(timer);
    this.running.clear();
  }

  private plan(kind: PacketKind, fate: Fate, times = 1): void {
    this.fates.push({ kind, left: times, fate });
  }

  fateOf(kind: PacketKind): Fate | undefined {
    return take(this.fates, kind)?.fate;
  }

  /** Throws the refusal that is planned for this. */
  mustNotRefuse(kind: Refusable): void {
    const planned = take(this.refusals, kind);
    if (planned) throw planned.refusal;
  }
}

function take<One extends { kind: string; left: number }>(planned: One[], kind: string) {
  const next = planned.find((one) => one.kind === kind && one.left > 0);
  if (next) next.left -= 1;
  return next;
}

/**
 * One direction of one connection. Packets arrive in the order in which they were sent, each after the latency, unless
 * a fault changes that; after `cut` nothing arrives.
 */
export class Wire {
  private tail: Promise<unknown> = Promise.resolve();
  private overtaken: (() => void)[] = [];
  private open = true;

  constructor(private readonly network: Network) {}

  send(kind: PacketKind, arrive: () => void): void {
    const fate = this.network.fateOf(kind);
    if (fate === 'lost') return;
    if (fate === 'overtaken') {
      this.overtaken.push(arrive);
      return;
    }
    const packets = fate === 'twice' ? [arrive, arrive] : [arrive];
    for (const packet of [...packets, ...this.overtaken.splice(0)]) {
      // Packets travel side by side, but arrive one after another.
      this.tail = Promise.all([this.tail, this.network.way()]).then(() => {
        if (this.open) packet();
      });
    }
  }

  cut(): void {
    this.open = false;
  }
}
