import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';

export interface Hint {
  userId: string;
  conversationId: string;
  lastSeq: number;
  /** W3C `traceparent` of the entry, where its sending is traced. */
  trace?: string;
}

interface Deps {
  tell: (nodeId: string, hint: Hint) => Promise<void>;
  log: Logger;
  metrics: Metrics;
}

/** Least time between two hints for the same conversation to a person whose devices report no delivery. */
export const hintEachMs = 2_000;

/**
 * Tells people's nodes that their devices may be behind. The device then pulls everything, so one hint covers all
 * earlier entries of a conversation: hints of one look are merged, and a recent one is not repeated.
 */
export class Hints {
  /** When somebody was told of a conversation, and the newest entry that was held back since, or told. */
  private readonly told = new Map<string, { at: number; lastSeq: number }>();
  private gathered = new Map<string, Hint & { nodes: readonly string[] }>();

  constructor(private readonly deps: Deps) {}

  note(hint: Hint, writtenAt: number, nodes: readonly string[], now: number): void {
    const key = `${hint.userId}:${hint.conversationId}`;
    const told = this.told.get(key);
    const lastSeq = Math.max(hint.lastSeq, told?.lastSeq ?? 0);
    if (told && told.at > writtenAt && now - told.at < hintEachMs) {
      // The hint that comes next names the newest entry, whichever entry it is due for.
      told.lastSeq = lastSeq;
      return;
    }
    const known = this.gathered.get(key);
    if (!known || known.lastSeq < lastSeq) this.gathered.set(key, { ...hint, lastSeq, nodes });
  }

  /** Sends the noted hints. A hint that could not be sent is noted again at the next look. */
  async flush(now: number): Promise<void> {
    const { gathered } = this;
    this.gathered = new Map();
    for (const [key, { at }] of this.told) {
      if (now - at < hintEachMs) break;
      this.told.delete(key);
    }
    await Promise.all(
      [...gathered].map(async ([key, { nodes, ...hint }]) => {
        try {
          await Promise.all(nodes.map((node) => this.deps.tell(node, hint)));
          this.deps.metrics.hints.inc();
          // Goes to the end of the map, which is therefore ordered by time.
          this.told.delete(key);
          this.told.set(key, { at: now, lastSeq: hint.lastSeq });
        } catch (error) {
          this.deps.log.warn({ reason: (error as Error).message }, 'a hint was not sent');
        }
      }),
    );
  }
}
