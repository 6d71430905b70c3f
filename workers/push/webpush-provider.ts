import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import webPush from 'web-push';
import type { Device } from '../../src/notifications/index.js';
import { OneOrMany } from './one-or-many.js';
import { postOnce, retryAfterMs, type Posted } from './post-once.js';
import type { Notification, ProviderAnswer, PushProvider } from './provider.js';
import { NotPublic, isPublicAddress, lookupPublic } from './public-address.js';

/** How this service makes itself known to push services (RFC 8292). */
export interface Vapid {
  publicKey: string;
  privateKey: string;
  /** `mailto:` or `https:` address of whoever runs it. */
  subject: string;
}

interface Deps {
  vapid: Vapid;
  /** Endpoints on this machine are allowed, in clear text too: for development and tests. */
  loopback: boolean;
  /** For an answer, all in all; shorter than what is left of a claim. */
  deadlineMs?: number;
}

/** Connections that rest between two batches are worth keeping. */
const maxFreeSockets = 2_048;
/** A 429 without `Retry-After`. */
const ratePauseMs = 60_000;
const authPauseMs = 5 * 60_000;

/** Browsers: encrypted to each of them (RFC 8291), so that the push service in between reads nothing. */
export function createWebPushProvider(deps: Deps): PushProvider {
  const { loopback, deadlineMs = 4_500 } = deps;
  const agents = {
    'https:': new https.Agent({
      keepAlive: true,
      maxFreeSockets,
      ...(loopback ? {} : { lookup: lookupPublic }),
    }),
    'http:': new http.Agent({ keepAlive: true, maxFreeSockets }),
  };
  const authorizationFor = createVapidHeaders(deps.vapid);
  const keyRefused = new OneOrMany();

  const post = (endpoint: URL, device: Device, notification: Notification, words: boolean) => {
    const authorization = authorizationFor(endpoint.origin);
    const { headers, body } = seal(endpoint, device, notification, { authorization, words });
    const agent = agents[endpoint.protocol as keyof typeof agents];
    return postOnce(endpoint, { headers, body, agent, deadlineMs });
  };

  return {
    name: 'webpush',
    async send(device, notification) {
      const endpoint = endpointOf(device.token, loopback);
      if (!endpoint) return { kind: 'gone', detail: 'its endpoint is not a public https address' };
      if (notification.silent && endpoint.hostname.endsWith('.push.apple.com'))
        return {
          kind: 'taken',
          providerId: 'kept back: Safari revokes who pushes without showing',
        };
      try {
        let posted = await post(endpoint, device, notification, true);
        if (posted.status === 413) posted = await post(endpoint, device, notification, false);
        return answerOf(posted, endpoint, keyRefused);
      } catch (error) {
        return answerOfError(error);
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
      return Promise.resolve();
    },
  };
}

/** Push services limit and fail by themselves, so each is guarded by itself. */
export const webPushLane = ({ token }: Device): string =>
  URL.canParse(token) ? new URL(token).origin : '';

function endpointOf(token: string, loopback: boolean): URL | undefined {
  if (!URL.canParse(token)) return undefined;
  const endpoint = new URL(token);
  if (loopback) return ['https:', 'http:'].includes(endpoint.protocol) ? endpoint : undefined;
  const host = endpoint.hostname.replace(/^\[|\]$/g, '');
  // A name is looked at when it is resolved.
  const shut = isIP(host) !== 0 && !isPublicAddress(host);
  return endpoint.protocol === 'https:' && !shut ? endpoint : undefined;
}

/** No browser has made this subscription. */
class Unusable extends Error {
  constructor() {
    super('its keys are not usable');
    this.name = 'Unusable';
  }
}

/** The request, encrypted for the device; throws {@link Unusable}. */
function seal(
  endpoint: URL,
  device: Device,
  notification: Notification,
  { authorization, words }: { authorization: string; words: boolean },
) {
  const { keys = { p256dh: '', auth: '' } } = device;
  try {
    const { headers, body } = webPush.generateRequestDetails(
      { endpoint: endpoint.href, keys },
      payloadOf(notification, words),
      {
        TTL: notification.ttlSeconds,
        urgency: notification.urgency,
        topic: topicOf(notification),
        headers: { Authorization: authorization },
      },
    );
    return { headers, body: body ?? Buffer.alloc(0) };
  } catch {
    throw new Unusable();
  }
}

/** `words` false: ids only, for services that take less than others. */
function payloadOf(notification: Notification, words: boolean): string {
  const { id, conversationId, seq, template, badge, title, body, tag, sound, silent } =
    notification;
  const ids = { id, conversationId, seq, template, badge, tag, sound, silent };
  return JSON.stringify(words ? { ...ids, title, body } : ids);
}

/**
 * RFC 8030, 5.4: at most 32 characters of base64url. The next one for a conversation replaces what was
 * not delivered; what takes a notification away replaces none that is newer than it.
 */
const topicOf = ({ tag, silent }: Notification): string =>
  createHash('sha256')
    .update(silent ? `silent:${tag}` : tag)
    .digest('base64url')
    .slice(0, 32);

function answerOf(
  { status, headers }: Posted,
  endpoint: URL,
  keyRefused: OneOrMany,
): ProviderAnswer {
  const detail = `status ${status}`;
  const retryAfter = headers['retry-after'];
  if (status >= 200 && status < 300) {
    keyRefused.accepted(endpoint.origin);
    return { kind: 'taken', providerId: headers.location };
  }
  switch (status) {
    case 404:
    case 410:
      return { kind: 'gone', detail };
    case 401:
    case 403:
      return answerOfRefusedKey(keyRefused.refused(endpoint.origin, endpoint.href), detail);
    case 429:
      return { kind: 'wait', reason: 'rate', ms: pause(retryAfter), detail };
    case 503:
      if (retryAfter) return { kind: 'wait', reason: 'rate', ms: pause(retryAfter), detail };
      return { kind: 'failed', detail };
    default:
      return { kind: status >= 500 || status === 408 ? 'failed' : 'refused', detail };
  }
}

const pause = (retryAfter: string | undefined) => retryAfterMs(retryAfter, Date.now(), ratePauseMs);

function answerOfRefusedKey(who: 'one' | 'many' | 'unknown', detail: string): ProviderAnswer {
  if (who === 'one') return { kind: 'gone', detail: `${detail}: made with another key` };
  if (who === 'many') return { kind: 'wait', reason: 'auth', ms: authPauseMs, detail };
  return { kind: 'failed', detail };
}

function answerOfError(error: unknown): ProviderAnswer {
  if (error instanceof NotPublic) return { kind: 'gone', detail: error.message };
  // What web-push itself refuses is a subscription that no browser made.
  if (error instanceof Unusable) return { kind: 'gone', detail: error.message };
  const { code, message } = error as NodeJS.ErrnoException;
  return { kind: 'failed', detail: code ?? message };
}

/** Signing costs more than all the rest of a push; a service takes the same header for up to 24 h (RFC 8292, 2). */
function createVapidHeaders({ subject, publicKey, privateKey }: Vapid) {
  // web-push signs for 12 h.
  const known = new LRUCache<string, string>({ max: 1_000, ttl: 6 * 3_600_000 });
  return (origin: string): string => {
    const kept = known.get(origin);
    if (kept) return kept;
    const made = webPush.getVapidHeaders(origin, subject, publicKey, privateKey, 'aes128gcm');
    known.set(origin, made.Authorization);
    return made.Authorization;
  };
}
