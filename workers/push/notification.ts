import type { Entry } from '../../src/domain/entry.js';
import {
  categoryOf,
  expiresAt,
  type Category,
  type KnownDevice,
  type NewsEntry,
} from '../../src/notifications/index.js';
import type { Notification } from './provider.js';
import { renderNotification } from './render/render.js';
import { templateOf } from './render/template.js';

/** Something that one person is to be told, before it is put into words for each of their devices. */
export interface PushContent {
  recipientId: string;
  /** All of them alive; one is told as itself, several as a digest. */
  entries: (Entry | NewsEntry)[];
  /** With what the ids of its notifications begin. */
  prefix: string;
  /** Whom the one entry comes from, or whom the conversation is with. */
  name: string | undefined;
  preview: boolean;
  badge: number;
  sound: boolean;
}

const urgencyOf: Record<Category, Notification['urgency']> = {
  chat: 'high',
  offer: 'high',
  reminder: 'high',
  deal: 'normal',
  alert: 'low',
};

/** When nobody wants to hear it any more: of a digest, when that is so of all that is in it. */
export const endOf = (entries: readonly (Entry | NewsEntry)[]): Date =>
  new Date(Math.max(...entries.map((entry) => expiresAt(entry).getTime())));

/** In the words of the device, with ids beside them. */
export function notificationFor(
  content: PushContent,
  device: KnownDevice,
  now: Date,
): Notification {
  const { entries, prefix, name, preview, badge, sound } = content;
  const only = entries.length === 1 ? entries[0] : undefined;
  const { template, params } = only
    ? templateOf(only)
    : { template: 'digest', params: { count: entries.length } };
  const words = renderNotification({
    template,
    params: { ...params, ...(name === undefined ? {} : { name }) },
    locale: device.locale,
    timeZone: device.timeZone,
    preview,
  });
  return {
    id: prefix + device.key,
    ...aboutOf(only),
    template,
    ...words,
    badge,
    sound,
    tag: only?.conversationId ?? 'digest',
    urgency: only ? urgencyOf[categoryOf(only) ?? 'chat'] : 'low',
    ttlSeconds: Math.max(1, Math.ceil((endOf(entries).getTime() - now.getTime()) / 1_000)),
    silent: false,
  };
}

/** What it is about, by ids. */
function aboutOf(only: Entry | NewsEntry | undefined) {
  // The number of the news grows with the versions of its listing, so that a device shows none twice.
  if (only?.kind === 'news')
    return { conversationId: null, seq: only.seq, listingId: only.listingId };
  return { conversationId: only?.conversationId ?? null, seq: only?.seq ?? null };
}

/** It says that an entry was taken back; in neutral words where something has to stand in its place. */
export function takenBack(away: Notification, device: KnownDevice): Notification {
  const { locale, timeZone } = device;
  const neutral = { template: 'neutral', params: {}, preview: false };
  return {
    ...away,
    ...renderNotification({ ...neutral, locale, timeZone }),
    ...(away.seq === null ? {} : { replaces: away.seq }),
  };
}

/** Takes away what was shown of a conversation up to an entry, and renews the badge. */
export function takenAway(
  read: { conversationId: string; readSeq: number; badge: number },
  device: KnownDevice,
  ttlSeconds: number,
): Notification {
  const { conversationId, readSeq, badge } = read;
  return {
    id: `silent:${conversationId}:${readSeq}:${device.key}`,
    conversationId,
    seq: readSeq,
    badge,
    ttlSeconds,
    template: 'silent',
    title: '',
    body: '',
    tag: conversationId,
    sound: false,
    urgency: 'normal',
    silent: true,
  };
}
