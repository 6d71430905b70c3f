import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';

export interface Hint {
  userId: string;
  conversationId: string;
  lastSeq: number;
}

interface Deps {
  tell: (nodeId: string, hint: Hint) => Promise<void>;
  log: Logger;
  metrics: Metrics;
}

/** Somebody who takes nothing, or never says so, is told this often at most for a conversation. */
export const hintEachMs = 2_000;

/**
 * Tells people's nodes that they may be behind. One hint stands for all that was written in a conversation before it,
 * since the device pulls everything: so the hints of one look are gathered, and a fresh one isn't repeated.
 */
export class Hints {
  private readonly told = new Map<string, number>();
  private gathered = new Map<string, Hint & { nodes: readonly string[] }>();

  constructor(private readonly deps: Deps) {}

  note(hint: Hint, writtenAt: number, nodes: readonly string[], now: number): void {
    const key = `${hint.userId}:${hint.conversationId}`;
    const toldAt = this.told.get(key);
    if (toldAt !== undefined && toldAt > writtenAt && now - toldAt < hintEachMs) return;
    const known = this.gathered.get(key);
    if (!known || known.lastSeq < hint.lastSeq) this.gathered.set(key, { ...hint, nodes });
  }

  /** Tells what was noted. What could not be told is noted again at the next look. */
  async flush(now: number): Promise<void> {
    const { gathered } = this;
    this.gathered = new Map();
    for (const [key, toldAt] of this.told) {
      if (now - toldAt < hintEachMs) break;
      this.told.delete(key);
    }
    await Promise.all(
      [...gathered].map(async ([key, { nodes, ...hint }]) => {
        try {
          await Promise.all(nodes.map((node) => this.deps.tell(node, hint)));
          this.deps.metrics.hints.inc();
          // At the end of the map, which is so in the order of time.
          this.told.delete(key);
          this.told.set(key, now);
        } catch (error) {
          this.deps.log.warn({ reason: (error as Error).message }, 'hint not told');
        }
      }),
    );
  }
}
