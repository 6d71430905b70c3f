import { pauseAfter } from './pauses.js';

/** Lanes that are sent at the same time, at most. */
const lanesAtOnce = 32;
/** When so many lanes fail and nothing is taken in between, the endpoint is away and not the events wrong. */
const awayFrom = 5;
/** Pauses between tries whether it is back, as multiples of an event's first pause: from half a second to thirty. */
const probeBase = 0.1;
const probeMost = 6;

/**
 * Decides how many lanes may be sent at once. One event that the endpoint cannot take holds up its own lane only. An
 * endpoint that takes nothing at all gets one event at a time, so that the lanes do not use up their tries, and
 * everything goes on as soon as it takes one.
 */
export class Pressure {
  private readonly failing = new Set<string>();
  private probes = 0;
  private probeAt = 0;

  /** @param baseMs the longest first pause of an event */
  constructor(private readonly baseMs: number) {}

  /** How many more lanes may be sent beside those that are. `now` in milliseconds. */
  free(running: number, now: number): number {
    if (!this.away) return lanesAtOnce - running;
    return running === 0 && now >= this.probeAt ? 1 : 0;
  }

  get away(): boolean {
    return this.failing.size >= awayFrom;
  }

  failed(lane: string, now: number): void {
    this.failing.add(lane);
    // Other requests that were under way when this one failed tell nothing new.
    if (!this.away || now < this.probeAt) return;
    this.probes += 1;
    const baseMs = probeBase * this.baseMs;
    const pause = pauseAfter(this.probes, { baseMs, random: Math.random() });
    this.probeAt = now + Math.min(probeMost * this.baseMs, pause);
  }

  taken(): void {
    this.failing.clear();
    this.probes = 0;
  }
}
