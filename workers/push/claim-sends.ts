import type { InboxStore } from '../../src/conversations/index.js';
import type {
  Claim,
  DeliveryKey,
  DeliveryStore,
  KnownDevice,
} from '../../src/notifications/index.js';
import type { UserStore } from '../../src/users/index.js';
import type { PersonLook } from './second-look.js';
import { notificationFor, type PushContent } from './notification.js';
import type { Sound } from './sound.js';

interface Deps {
  inbox: InboxStore;
  users: UserStore;
  deliveries: DeliveryStore;
  sound: Sound;
  /** In how many conversations people were told of something that they have not read. */
  unread: (userIds: string[], now: Date) => Promise<Map<string, Set<string>>>;
}

/** One device that is to get a notification. */
interface Wanted {
  one: PersonLook;
  device: KnownDevice;
  content: PushContent;
}

/**
 * Claims each device of each look and renders its notification. It then reads the read positions once more. Somebody who
 * reads after that finds in the row that they were told, and so their other devices take the notification away.
 */
export const createClaimSends =
  (deps: Deps) =>
  async (looks: PersonLook[], now: Date): Promise<void> => {
    const contents = await tell(deps, looks, now);
    const wanted = looks.flatMap((one, index) =>
      one.devices.map((device): Wanted => ({ one, device, content: contents[index]! })),
    );
    const [claims] = await Promise.all([
      deps.deliveries.claim(wanted.map(keyOf), now),
      deps.inbox.notePushed(looks.flatMap(({ parts }) => parts.map(placeOf))),
    ]);
    wanted.forEach((one, index) => note(one, claims[index]!, now));
    await dropWhatWasReadMeanwhile(deps, looks);
  };

export type ClaimSends = ReturnType<typeof createClaimSends>;

const placeOf = ({ key: { recipientId, conversationId, seq } }: PersonLook['parts'][number]) => ({
  userId: recipientId,
  conversationId,
  seq,
});

function keyOf({ content, device }: Wanted): DeliveryKey {
  const { prefix, recipientId, entries } = content;
  const only = entries.length === 1 ? entries[0] : undefined;
  return {
    id: prefix + device.key,
    conversationId: only?.conversationId ?? null,
    seq: only?.seq ?? null,
    recipientId,
    deviceKey: device.key,
    provider: device.provider,
  };
}

/** The content of the notifications of all looks. */
async function tell(deps: Deps, looks: PersonLook[], now: Date): Promise<PushContent[]> {
  const [unread, profiles, sounds] = await Promise.all([
    deps.unread([...new Set(looks.map(({ asked }) => asked.recipientId))], now),
    deps.users.profilesOf(looks.flatMap(({ parts }) => parts.map(({ row }) => row.otherId))),
    deps.sound(looks.map(({ parts }) => parts.at(-1)!.key)),
  ]);
  // The rows do not yet know of the entries that are being told now.
  for (const { asked, parts } of looks)
    for (const { key } of parts) unread.get(asked.recipientId)!.add(key.conversationId);
  return looks.map(({ asked: { recipientId, prefix }, parts }, index) => ({
    recipientId,
    prefix,
    entries: parts.map(({ entry }) => entry),
    name: parts.length === 1 ? profiles.get(parts[0]!.row.otherId)?.nickname : undefined,
    preview: parts.every(({ preview }) => preview),
    badge: unread.get(recipientId)!.size,
    sound: sounds[index]!,
  }));
}

function note({ one: { looked }, device, content }: Wanted, claim: Claim, now: Date): void {
  if (claim.is === 'over') looked.over.push(claim.state);
  if (claim.is === 'held') looked.heldMs = Math.max(looked.heldMs ?? 0, claim.ms);
  if (claim.is !== 'mine') return;
  const notification = notificationFor(content, device, now);
  const { id } = notification;
  looked.sends.push({ claim: { id, holder: claim.holder, at: now }, device, notification });
}

async function dropWhatWasReadMeanwhile(deps: Deps, looks: PersonLook[]): Promise<void> {
  const rows = await deps.inbox.positionsOf(looks.flatMap(({ parts }) => parts.map(placeOf)));
  const givenBack: PersonLook['looked']['sends'] = [];
  for (const one of looks) {
    const { looked, parts } = one;
    const isRead = ({ key: { recipientId, conversationId, seq } }: (typeof parts)[number]) =>
      (rows.get(recipientId, conversationId)?.readSeq ?? 0) >= seq;
    looked.dropped.push(
      ...parts.filter(isRead).map(({ key }) => ({ ...key, is: 'read' as const })),
    );
    one.parts = parts.filter((part) => !isRead(part));
    if (one.parts.length > 0) continue;
    givenBack.push(...looked.sends);
    looked.sends = [];
    looked.heldMs = undefined;
  }
  await deps.deliveries.settle(givenBack.map(({ claim }) => claim));
}
