import type { RowPositions } from '../../src/conversations/index.js';
import { whyNot } from '../../src/domain/decide-push.js';
import type { Entry } from '../../src/domain/entry.js';
import {
  isNewsPlace,
  type DecisionKey,
  type KnownDevice,
  type NewsEntry,
  type Outcome,
} from '../../src/notifications/index.js';
import { endOf } from './notification.js';
import type { Notification } from './provider.js';
import type { PushParts } from './push-parts.js';

/** A request to look at entries that one person is to be told of together: ids only, as in the job. */
export interface LookRequest {
  recipientId: string;
  entries: Pick<DecisionKey, 'conversationId' | 'seq'>[];
  /** First part of the ids of its notifications. */
  prefix: string;
}

/** One notification for one device. */
export interface Send {
  device: KnownDevice;
  notification: Notification;
}

/** One that this worker has claimed. */
export interface ClaimedSend extends Send {
  claim: { id: string; holder: string; at: Date };
}

/** An entry that is told. */
interface Part {
  key: DecisionKey;
  entry: Entry | NewsEntry;
  row: RowPositions;
  preview: boolean;
}

/** What a second look has found for one request. */
export interface Look {
  asked: LookRequest;
  parts: Part[];
  /** Entries that are no longer told, each with the reason. */
  dropped: (DecisionKey & { is: Outcome })[];
  devices: KnownDevice[];
  sends: ClaimedSend[];
  /** How earlier tries ended for the devices that are done. */
  over: ('sent' | 'gone' | 'refused')[];
  /** Another worker holds the claim of a device, which is free after so many milliseconds. */
  heldMs: number | undefined;
  /** When the life of these entries is over. */
  endsAt: Date;
  /** When the newest of these entries was written. */
  writtenAt: Date;
}

/**
 * The second look: decides once more right before sending, since a job may have waited for minutes. Works on many jobs at
 * once.
 */
export async function lookAgain(deps: PushParts, asked: LookRequest[], now: Date): Promise<Look[]> {
  const looks = await gather(deps, asked, now);
  await dropWhatNobodyWants(deps, looks, now);
  for (const look of looks) {
    if (look.parts.length === 0) continue;
    look.endsAt = endOf(look.parts.map(({ entry }) => entry));
    look.writtenAt = look.parts.at(-1)!.entry.createdAt;
  }
  return looks;
}

const place = (conversationId: string, seq: number) => `${conversationId}:${seq}`;

async function gather(deps: PushParts, asked: LookRequest[], now: Date): Promise<Look[]> {
  const keys = asked.flatMap(({ recipientId, entries }) =>
    entries.map((one) => ({ ...one, userId: recipientId })),
  );
  const said = keys.filter(({ conversationId }) => !isNewsPlace(conversationId));
  const places = new Map(said.map((key) => [place(key.conversationId, key.seq), key]));
  const [entries, rows, news, devices] = await Promise.all([
    deps.messages.bySeqs([...places.values()]),
    deps.inbox.positionsOf(said),
    deps.news(keys),
    deps.devices.ofMany(
      keys.map(({ userId }) => userId),
      now,
    ),
  ]);
  const byPlace = new Map(entries.map((one) => [place(one.conversationId, one.seq), one]));
  return asked.map((one) => {
    const { recipientId } = one;
    const dropped: Look['dropped'] = [];
    const parts = one.entries.flatMap(({ conversationId, seq }): Part[] => {
      const key = { conversationId, seq, recipientId };
      const heard = news(recipientId, conversationId, seq);
      if (heard) return [{ key, ...heard, preview: true }];
      const entry = byPlace.get(place(conversationId, seq));
      const row = rows.get(recipientId, conversationId);
      if (entry && row && entry.state !== 'unsent') return [{ key, entry, row, preview: true }];
      dropped.push({ ...key, is: 'gone' });
      return [];
    });
    return {
      asked: one,
      parts,
      dropped,
      devices: devices.get(recipientId) ?? [],
      sends: [],
      over: [],
      heldMs: undefined,
      endsAt: now,
      writtenAt: now,
    };
  });
}

/** Drops the entries that their person must not, or need not, be told of any more. */
async function dropWhatNobodyWants(deps: PushParts, looks: Look[], now: Date): Promise<void> {
  const all = looks.flatMap(({ parts }) => parts);
  const facts = await deps.facts.against(
    all.map(({ entry, row: { otherId, left }, key: { recipientId } }) => ({
      entry,
      recipientId,
      otherId,
      left,
    })),
    now,
  );
  const known = new Map(all.map((part, index) => [part, facts[index]!]));
  for (const look of looks)
    look.parts = look.parts.filter((part) => {
      const { readSeq, muted } = part.row;
      const own = known.get(part)!;
      part.preview = own.settings.preview;
      const is = whyNot({ ...own, readSeq, muted, seq: part.key.seq });
      if (is) look.dropped.push({ ...part.key, is });
      return !is;
    });
}
