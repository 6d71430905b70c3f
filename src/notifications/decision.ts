import type { Category } from './category.js';
import type { Decided, NothingReason } from '../domain/decide-push.js';

/** An entry and one person whom it concerns. */
export interface DecisionKey {
  conversationId: string;
  seq: number;
  recipientId: string;
}

/** What the relay saw of the recipient when it decided. */
interface SeenByRelay {
  /** A device was connected; null: presence was not known. */
  connected: boolean | null;
  deliveredSeq: number;
  readSeq: number;
  /** Their devices had got a hint before. */
  hinted: boolean;
}

/** What became of a push, as the worker reports it. */
export type Outcome = NothingReason | 'sent' | 'noDevice' | 'dead' | 'digested';

/** Whether somebody was to be told of an entry, and why or why not. */
export type Decision = DecisionKey & {
  category: Category;
  decided: Decided;
  /** When it was decided. */
  at: Date;
  seen: SeenByRelay;
  /** Once a held decision is released: the `until` of the digest that tells it; null: it is told alone. */
  digest?: number | null;
  outcome?: { is: Outcome; at: Date };
};

/** A decision that is to be stored, with the time at which its entry was written. */
export type NewDecision = Omit<Decision, 'outcome' | 'digest'> & { createdAt: Date };

/** How long operators can look up what became of a notification. */
export const decisionDays = 14;
