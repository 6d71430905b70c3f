import type { RowPositions } from '../../src/conversations/index.js';
import type { Entry } from '../../src/domain/entry.js';
import type { DecisionKey, KnownDevice, Outcome } from '../../src/notifications/index.js';
import type { Notification } from './provider.js';

/** Entries that one person is to be told of together; ids only, as they stood in a job. */
export interface LookRequest {
  recipientId: string;
  entries: Pick<DecisionKey, 'conversationId' | 'seq'>[];
  /** With what the ids of its notifications begin. */
  prefix: string;
}

/** One notification for one device: claimed, so nobody else's. */
export interface Send {
  claim: { id: string; holder: string; at: Date };
  device: KnownDevice;
  notification: Notification;
}

export interface LookResult {
  /** What is not told any more, with why. */
  dropped: (DecisionKey & { is: Outcome })[];
  /** What is told. */
  told: DecisionKey[];
  sends: Send[];
  /** Devices of which nothing is left to do, by what an earlier try made of them. */
  over: ('sent' | 'gone' | 'refused')[];
  /** Somebody else is at one of the devices; its claim is free after so long. */
  heldMs: number | undefined;
  /** From when on nobody wants to hear it. */
  endsAt: Date;
  /** When the newest of it was written. */
  writtenAt: Date;
}

/** An entry for a person, while it is looked at. */
export interface Part {
  key: DecisionKey;
  entry: Entry;
  row: RowPositions;
  preview: boolean;
}

/** What is asked about one person, while it is looked at. */
export interface PersonLook {
  asked: LookRequest;
  looked: LookResult;
  parts: Part[];
  devices: KnownDevice[];
}
