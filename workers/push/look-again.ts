import type { InboxStore, MessageStore } from '../../src/conversations/index.js';
import type { DeviceStore, PushFactsLoader } from '../../src/notifications/index.js';
import { whyNot } from '../../src/domain/decide-push.js';
import type { Clock } from '../../src/platform/clock.js';
import type { LookRequest, PersonLook, LookResult } from './second-look.js';
import type { ClaimSends } from './claim-sends.js';
import { endOf } from './notification.js';

interface Deps {
  messages: MessageStore;
  inbox: InboxStore;
  devices: DeviceStore;
  facts: PushFactsLoader;
  claim: ClaimSends;
  clock: Clock;
}

/**
 * The second look: decides once more right before sending, since a job may have waited for minutes, and claims what is to
 * be sent. Works on many jobs at once.
 */
export const createLookAgain =
  (deps: Deps) =>
  async (asked: LookRequest[]): Promise<LookResult[]> => {
    const now = deps.clock();
    const looks = await gather(deps, asked, now);
    await dropWhatNobodyWants(deps, looks, now);
    const open = looks.filter(({ parts, devices }) => parts.length > 0 && devices.length > 0);
    for (const { looked, parts } of open) {
      looked.endsAt = endOf(parts.map(({ entry }) => entry));
      looked.writtenAt = parts.at(-1)!.entry.createdAt;
    }
    if (open.length > 0) await deps.claim(open, now);
    return looks.map(({ looked, parts }) => ({ ...looked, told: parts.map(({ key }) => key) }));
  };

const place = (conversationId: string, seq: number) => `${conversationId}:${seq}`;

async function gather(deps: Deps, asked: LookRequest[], now: Date): Promise<PersonLook[]> {
  const keys = asked.flatMap(({ recipientId, entries }) =>
    entries.map((one) => ({ ...one, recipientId })),
  );
  const places = new Map(keys.map((key) => [place(key.conversationId, key.seq), key]));
  const [entries, rows, devices] = await Promise.all([
    deps.messages.bySeqs([...places.values()]),
    deps.inbox.positionsOf(
      keys.map(({ recipientId, conversationId }) => ({ userId: recipientId, conversationId })),
    ),
    deps.devices.ofMany(
      keys.map(({ recipientId }) => recipientId),
      now,
    ),
  ]);
  const byPlace = new Map(entries.map((one) => [place(one.conversationId, one.seq), one]));
  return asked.map((one) => {
    const { recipientId } = one;
    const looked: LookResult = {
      dropped: [],
      told: [],
      sends: [],
      over: [],
      heldMs: undefined,
      endsAt: now,
      writtenAt: now,
    };
    const parts = one.entries.flatMap(({ conversationId, seq }) => {
      const key = { conversationId, seq, recipientId };
      const entry = byPlace.get(place(conversationId, seq));
      const row = rows.get(recipientId, conversationId);
      if (entry && row && entry.state !== 'unsent') return [{ key, entry, row, preview: true }];
      looked.dropped.push({ ...key, is: 'gone' });
      return [];
    });
    return { asked: one, looked, parts, devices: devices.get(recipientId) ?? [] };
  });
}

/** Drops the entries that their person must not, or need not, be told of any more. */
async function dropWhatNobodyWants(deps: Deps, looks: PersonLook[], now: Date): Promise<void> {
  const all = looks.flatMap(({ parts }) => parts);
  const facts = await deps.facts.against(
    all.map(({ entry, row, key: { recipientId } }) => ({
      entry,
      recipientId,
      otherId: row.otherId,
      left: row.left,
    })),
    now,
  );
  const known = new Map(all.map((part, index) => [part, facts[index]!]));
  for (const one of looks)
    one.parts = one.parts.filter((part) => {
      const { readSeq, muted } = part.row;
      const own = known.get(part)!;
      part.preview = own.settings.preview;
      const is = whyNot({ ...own, readSeq, muted, seq: part.key.seq });
      if (is) one.looked.dropped.push({ ...part.key, is });
      return !is;
    });
}
