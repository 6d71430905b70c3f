import type { Message } from 'firebase-admin/messaging';
import type { Notification } from './provider.js';
import { topicOf } from './webpush-topic.js';

/** Android's channel for notifications that make no sound; the app makes it beside its own, at the importance "low". */
const quietChannel = 'quiet';
/** APNs takes no longer one, in bytes. Source: Apple, "Sending notification requests to APNs". */
const collapseIdBytes = 64;

/**
 * One message for whatever is behind the token: Android, iOS or a browser. Words stand in `notification`, so that the
 * system shows them while the app sleeps; a silent one is data only.
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

/** Strings only: FCM takes no other values. */
function dataOf(notification: Notification): Record<string, string> {
  const { id, template, tag, badge, silent, sound, conversationId, seq, replaces } = notification;
  return {
    id,
    template,
    tag,
    badge: String(badge),
    silent: String(silent),
    sound: String(sound),
    ...(conversationId === null ? {} : { conversationId }),
    ...(seq === null ? {} : { seq: String(seq) }),
    ...(replaces === undefined ? {} : { replaces: String(replaces) }),
  };
}

/** Whether it sounds is up to its channel since Android 8; older ones go by `sound`. */
function androidOf(notification: Notification): Message['android'] {
  const { tag, sound, badge, urgency, ttlSeconds, silent } = notification;
  const shown = {
    tag,
    notificationCount: badge,
    ...(sound ? { sound: 'default' } : { channelId: quietChannel }),
  };
  return {
    // No collapse key: FCM keeps four for each device and drops the rest. The tag replaces on the device.
    priority: urgency === 'high' ? 'high' : 'normal',
    ttl: ttlSeconds * 1_000,
    ...(silent ? {} : { notification: shown }),
  };
}

/**
 * Apple allows nothing that is seen or heard in a `background` push, a badge neither. So what only renews the badge is
 * an `alert` without words. Words that were taken back make way for neutral ones, since nothing but the app itself can
 * take a notification away there.
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

/** FCM passes the headers on to the browser's push service: without a TTL it would keep the push for four weeks. */
function webOf(notification: Notification): Message['webpush'] {
  const { tag, sound, urgency, ttlSeconds, silent } = notification;
  return {
    headers: { TTL: String(ttlSeconds), Urgency: urgency, Topic: topicOf(notification) },
    ...(silent ? {} : { notification: { tag, renotify: sound, silent: !sound } }),
  };
}
