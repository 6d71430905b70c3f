import { pauseAfter } from './pauses.js';

/** Lanes that are sent side by side. */
const lanesAtOnce = 32;
/** So many of them failing, and nothing taken since: it is not the events, the endpoint is away. */
const awayFrom = 5;
/** Pauses between questions whether it is back, in shares of the first pause of an event: half a second to thirty. */
const probeBase = 0.1;
const probeMost = 6;

/**
 * How much the endpoint gets at once. One event that it cannot take holds back its own lane only; an endpoint that
 * takes nothing at all is asked with one event at a time, so that no lane uses up its tries, and everything goes on as
 * soon as it takes one.
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
    // What was under way beside the one that failed says nothing new.
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
