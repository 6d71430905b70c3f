import type { RowPositions } from '../../src/conversations/index.js';
import type { Entry } from '../../src/domain/entry.js';
import type { DecisionKey, KnownDevice, Outcome } from '../../src/notifications/index.js';
import type { Notification } from './provider.js';

/** A request to look at entries that one person is to be told of together: ids only, as in the job. */
export interface LookRequest {
  recipientId: string;
  entries: Pick<DecisionKey, 'conversationId' | 'seq'>[];
  /** First part of the ids of its notifications. */
  prefix: string;
}

/** One notification for one device, claimed by this worker. */
export interface Send {
  claim: { id: string; holder: string; at: Date };
  device: KnownDevice;
  notification: Notification;
}

export interface LookResult {
  /** Entries that are no longer told, each with the reason. */
  dropped: (DecisionKey & { is: Outcome })[];
  /** Entries that are told. */
  told: DecisionKey[];
  sends: Send[];
  /** How earlier tries ended for the devices that are done. */
  over: ('sent' | 'gone' | 'refused')[];
  /** Another worker holds the claim of a device, which is free after so many milliseconds. */
  heldMs: number | undefined;
  /** When the life of these entries is over. */
  endsAt: Date;
  /** When the newest of these entries was written. */
  writtenAt: Date;
}

/** One entry of a second look. */
export interface Part {
  key: DecisionKey;
  entry: Entry;
  row: RowPositions;
  preview: boolean;
}

/** The second look at one request, as far as it has come. */
export interface PersonLook {
  asked: LookRequest;
  looked: LookResult;
  parts: Part[];
  devices: KnownDevice[];
}
