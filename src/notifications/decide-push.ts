/** What is known of an entry and one of its recipients when the relay looks. */
export interface PushFacts {
  seq: number;
  readSeq: number;
  muted: boolean;
  /** On some node; presence unknown counts as not connected. */
  connected: boolean;
  /** Since the entry was written. */
  ageMs: number;
}

export type PushDecision =
  /** Read, or muted: no push. */
  | { do: 'nothing' }
  /** Connected, or young: look again at this age. */
  | { do: 'wait'; untilAgeMs: number }
  | { do: 'push' };

/**
 * The screen or the phone: what nobody has read becomes a push, soon when no device is connected, later when one is.
 * Source: docs/architecture.md, "The relay".
 */
export function decidePush(
  facts: PushFacts,
  delays: { offlineMs: number; onlineMs: number },
): PushDecision {
  if (facts.readSeq >= facts.seq || facts.muted) return { do: 'nothing' };
  if (facts.ageMs < delays.offlineMs) return { do: 'wait', untilAgeMs: delays.offlineMs };
  if (facts.connected && facts.ageMs < delays.onlineMs)
    return { do: 'wait', untilAgeMs: delays.onlineMs };
  return { do: 'push' };
}
