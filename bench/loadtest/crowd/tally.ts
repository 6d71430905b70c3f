import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HaggleClient } from '../../../client/index.js';
import { HaggleError } from '../../../client/index.js';
import type { Second } from '../orders.js';

/** A message that was acknowledged and has not arrived by then (ms) is lost. */
const lostAfterMs = 10_000;
/** Entries at the end of a room among which one that has just come is. */
const newest = 20;
/** Codes with which the product refuses what came too late, as it should. */
const rules: ReadonlySet<string> = new Set([
  'CONVERSATION_CLOSED',
  'FORBIDDEN',
  'LISTING_UNAVAILABLE',
  'OFFER_CHANGED',
  'OFFER_EXPIRED',
  'OFFER_NOT_ALLOWED',
  'VERSION_CONFLICT',
  'NOT_FOUND',
]);

/** The device of a person, as long as it is connected without a break. */
export interface Stretch {
  client: HaggleClient;
  live: boolean;
}

interface OnItsWay {
  sentAt: number;
  /** The device that must get it; undefined: it has, or it was not connected all the time. */
  to: Stretch | undefined;
  acknowledged: boolean;
  /** Ends the watching of the recipient's room. */
  unwatch: () => void;
}

/** Counts what the people of this process meet. */
export class Tally {
  private second = emptySecond();
  private readonly messages = new Map<string, OnItsWay>();
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private last = 0;

  constructor() {
    this.delay.enable();
  }

  request(tookMs: number): void {
    this.second.requests += 1;
    this.second.requestMs.push(tookMs);
  }

  /** Notes a message and returns the mark that its text must begin with. */
  sends(conversationId: string, to: Stretch | undefined): string {
    const mark = `#${(this.last += 1).toString(36)}`;
    const message: OnItsWay = {
      sentAt: performance.now(),
      to: to?.live ? to : undefined,
      acknowledged: false,
      unwatch: () => undefined,
    };
    this.messages.set(mark, message);
    if (to?.live) {
      // What the device would draw, whether an event or a catch-up brought it.
      const room = to.client.room(conversationId);
      message.unwatch = room.subscribe(() => {
        const { log } = room.snapshot();
        if (log.slice(-newest).some(({ text }) => text?.startsWith(`${mark} `))) this.arrived(mark);
      });
    }
    return mark;
  }

  acknowledged(mark: string): void {
    const message = this.messages.get(mark);
    if (!message) return;
    this.second.ackMs.push(performance.now() - message.sentAt);
    message.acknowledged = true;
    if (!message.to) this.messages.delete(mark);
  }

  refused(mark: string, error: unknown): void {
    this.forget(mark);
    this.failed('send', error);
  }

  private arrived(mark: string): void {
    const message = this.messages.get(mark);
    if (!message?.to) return;
    message.unwatch();
    if (message.to.live) this.second.deliveryMs.push(performance.now() - message.sentAt);
    message.to = undefined;
    if (message.acknowledged) this.messages.delete(mark);
  }

  private forget(mark: string): void {
    this.messages.get(mark)?.unwatch();
    this.messages.delete(mark);
  }

  failed(what: string, thrown: unknown): void {
    const { code } = HaggleError.from(thrown);
    // The device of somebody who leaves gives up what it was about to do.
    if (code === 'CLOSED' || code === 'DISCARDED') return;
    const counts = rules.has(code) ? this.second.refusals : this.second.errors;
    const name = `${what}: ${code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }

  error(name: string): void {
    this.second.errors[name] = (this.second.errors[name] ?? 0) + 1;
  }

  /** What happened since the last call. */
  take(online: number): Second {
    this.lookForMissing();
    const taken = { ...this.second, online, lagMs: this.delay.max / 1e6 };
    this.delay.reset();
    this.second = emptySecond();
    return taken;
  }

  private lookForMissing(): void {
    const now = performance.now();
    for (const [mark, { to, sentAt, acknowledged }] of this.messages) {
      if (!acknowledged || !to) continue;
      if (to.live && now - sentAt <= lostAfterMs) continue;
      if (to.live) this.error('a message never arrived');
      this.forget(mark);
    }
  }
}

const emptySecond = (): Second => ({
  online: 0,
  requests: 0,
  requestMs: [],
  ackMs: [],
  deliveryMs: [],
  errors: {},
  refusals: {},
  lagMs: 0,
});
