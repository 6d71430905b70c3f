/** What is known of an entry and one of its recipients. */
export interface PushFacts {
  seq: number;
  readSeq: number;
  /** A block lies between the two of the conversation. */
  blocked: boolean;
  /** The recipient left the conversation, or has no account any more. */
  gone: boolean;
  categoryOff: boolean;
  muted: boolean;
  /** Past its life: nobody wants to hear it now. */
  expired: boolean;
  /** On some node; presence unknown counts as not connected. */
  connected: boolean;
  /** Since the entry was written. */
  ageMs: number;
  /** The end of the recipient's quiet hours; null when it isn't quiet, or it may not wait for that. */
  quietUntil: Date | null;
  /** From when on the cap of its category allows it; null: now. */
  capUntil: Date | null;
}

export type NothingReason = 'blocked' | 'gone' | 'categoryOff' | 'muted' | 'read' | 'expired';
type HoldReason = 'quietHours' | 'cap';
type PushReason = 'notConnected' | 'unreadThoughConnected';

/** How it ended, with why; what is stored. */
export type Decided =
  /** No push. Beside what was read, blocked or gone, it may stand in the inbox of notifications. */
  | { do: 'nothing'; reason: NothingReason }
  /** Held until then; what is held for one person is told together. */
  | { do: 'hold'; reason: HoldReason; until: Date }
  | { do: 'push'; reason: PushReason };

export type PushDecision =
  | Decided
  /** Connected, or young: look again at this age. */
  | { do: 'wait'; untilAgeMs: number };

/**
 * Who is pushed; the first row that fits decides. The screen or the phone: what nobody has read becomes a push, soon
 * when no device is connected, later when one is. Source: docs/push.md.
 */
export function decidePush(
  facts: PushFacts,
  delays: { offlineMs: number; onlineMs: number },
): PushDecision {
  const against = whyNot(facts);
  if (against) return { do: 'nothing', reason: against };
  if (facts.ageMs < delays.offlineMs) return { do: 'wait', untilAgeMs: delays.offlineMs };
  if (facts.connected && facts.ageMs < delays.onlineMs)
    return { do: 'wait', untilAgeMs: delays.onlineMs };
  const { quietUntil, capUntil } = facts;
  if (quietUntil && !(capUntil && capUntil > quietUntil))
    return { do: 'hold', reason: 'quietHours', until: quietUntil };
  if (capUntil) return { do: 'hold', reason: 'cap', until: capUntil };
  return { do: 'push', reason: facts.connected ? 'unreadThoughConnected' : 'notConnected' };
}

/** What stands against telling somebody of an entry: when it is decided, and again right before it is sent. */
export function whyNot(
  facts: Pick<
    PushFacts,
    'blocked' | 'gone' | 'categoryOff' | 'muted' | 'seq' | 'readSeq' | 'expired'
  >,
): NothingReason | null {
  if (facts.blocked) return 'blocked';
  if (facts.gone) return 'gone';
  if (facts.categoryOff) return 'categoryOff';
  if (facts.muted) return 'muted';
  if (facts.readSeq >= facts.seq) return 'read';
  return facts.expired ? 'expired' : null;
}
