import type { Message } from 'firebase-admin/messaging';
import { topicOf, type Notification } from './provider.js';

/** Android's channel for silent notifications; the app creates it beside its own, at the importance "low". */
const quietChannel = 'quiet';
/** The longest collapse id that APNs takes, in bytes. Source: Apple, "Sending notification requests to APNs". */
const collapseIdBytes = 64;

/**
 * One message for whatever is behind the token: Android, iOS or a browser. Words are in `notification`, so that the
 * system shows them while the app sleeps; a silent push is data only.
 */
export function messageOf(token: string, notification: Notification): Message {
  const { title, body, silent } = notification;
  return {
    token,
    ...(silent ? {} : { notification: { title, body } }),
    data: dataOf(notification),
    android: androidOf(notification),
    apns: apnsOf(notification),
    webpush: webOf(notification),
  };
}

/** All values are strings, since FCM takes no others. */
function dataOf(notification: Notification): Record<string, string> {
  const { id, template, tag, badge, silent, sound, conversationId, seq } = notification;
  const { listingId, replaces } = notification;
  return {
    id,
    template,
    tag,
    badge: String(badge),
    silent: String(silent),
    sound: String(sound),
    ...(conversationId === null ? {} : { conversationId }),
    ...(listingId === undefined ? {} : { listingId }),
    ...(seq === null ? {} : { seq: String(seq) }),
    ...(replaces === undefined ? {} : { replaces: String(replaces) }),
  };
}

/** Since Android 8 the channel decides about the sound; older versions read `sound`. */
function androidOf(notification: Notification): Message['android'] {
  const { tag, sound, badge, urgency, ttlSeconds, silent } = notification;
  const shown = {
    tag,
    notificationCount: badge,
    ...(sound ? { sound: 'default' } : { channelId: quietChannel }),
  };
  return {
    // No collapse key is set: FCM keeps four per device and drops the rest. The tag replaces on the device.
    priority: urgency === 'high' ? 'high' : 'normal',
    ttl: ttlSeconds * 1_000,
    ...(silent ? {} : { notification: shown }),
  };
}

/**
 * Apple forbids anything visible or audible in a `background` push, even a badge. So a push that only updates the badge
 * is an `alert` without words. Words that were taken back are replaced by neutral ones, since only the app itself can
 * remove a notification there.
 */
function apnsOf(notification: Notification): Message['apns'] {
  const { title, body, tag, sound, badge, urgency, ttlSeconds, silent, replaces } = notification;
  const expires = Math.floor(Date.now() / 1_000) + ttlSeconds;
  const shown = !silent || replaces !== undefined;
  return {
    headers: {
      'apns-priority': urgency === 'high' && !silent ? '10' : '5',
      'apns-push-type': 'alert',
      'apns-expiration': String(expires),
      ...(shown && Buffer.byteLength(tag) <= collapseIdBytes ? { 'apns-collapse-id': tag } : {}),
    },
    payload: {
      aps: {
        badge,
        ...(shown ? { threadId: tag } : {}),
        ...(shown && silent ? { alert: { title, body } } : {}),
        ...(sound ? { sound: 'default' } : {}),
      },
    },
  };
}

/** FCM passes the headers on to the browser's push service, which would keep a push without TTL for four weeks. */
function webOf(notification: Notification): Message['webpush'] {
  const { tag, sound, urgency, ttlSeconds, silent } = notification;
  return {
    headers: { TTL: String(ttlSeconds), Urgency: urgency, Topic: topicOf(notification) },
    ...(silent ? {} : { notification: { tag, renotify: sound, silent: !sound } }),
  };
}
