import http from 'node:http';
import https from 'node:https';
import { lru } from '../../src/platform/lru.js';
import webPush from 'web-push';
import type { Device } from '../../src/notifications/index.js';
import {
  NotPublic,
  isInvalidName,
  createLookupPublic,
  whyNotPublic,
} from '../../src/platform/public-address.js';
import { OneOrMany } from './one-or-many.js';
import { postOnce } from './post-once.js';
import { topicOf, type Notification, type ProviderAnswer, type PushProvider } from './provider.js';
import { answerOf, answerOfSilence, isSharedService } from './webpush-answer.js';

/** The keys by which push services know this server (RFC 8292). */
interface Vapid {
  publicKey: string;
  privateKey: string;
  /** `mailto:` or `https:` address of the operator. */
  subject: string;
}

interface Deps {
  vapid: Vapid;
  /** Endpoints may be on this machine or in a private network, also without TLS: for development and tests. */
  privateEndpoints: boolean;
  /** The longest wait for an answer in total (ms); shorter than what is left of a claim. */
  deadlineMs?: number;
}

/** The most idle connections that are kept between two batches. */
const maxFreeSockets = 2_048;
const setupPauseMs = 5 * 60_000;

/** Sends to browsers, encrypted for each of them (RFC 8291), so that the push service in between can read nothing. */
export function createWebPushProvider(deps: Deps): PushProvider {
  const { privateEndpoints, deadlineMs = 4_500 } = deps;
  const agents = {
    'https:': new https.Agent({
      keepAlive: true,
      maxFreeSockets,
      ...(privateEndpoints ? {} : { lookup: createLookupPublic() }),
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
      const against = whyNotSentTo(device.token, privateEndpoints);
      if (against) return { kind: 'gone', detail: `its endpoint ${against}` };
      const endpoint = new URL(device.token);
      // Apple requires a visible notification for every push, and some of these show nothing.
      if (isApple(endpoint) && (notification.silent || notification.replaces !== undefined))
        return {
          kind: 'taken',
          providerId: 'kept back: Safari revokes who pushes without showing',
        };
      const shared = isSharedService(endpoint, privateEndpoints);
      try {
        let posted = await post(endpoint, device, notification, true);
        if (posted.status === 413) posted = await post(endpoint, device, notification, false);
        const { origin, href } = endpoint;
        const answer = answerOf(posted, {
          shared,
          keyRefused: () => keyRefused.refused(origin, href),
        });
        if (answer.kind === 'taken') keyRefused.accepted(origin);
        return answer;
      } catch (error) {
        return answerOfError(error as Error, shared);
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
      return Promise.resolve();
    },
  };
}

/** Push services limit and fail independently, so each is guarded by itself. */
export const webPushService = ({ token }: Device): string =>
  URL.canParse(token) ? new URL(token).origin : '';

function whyNotSentTo(token: string, privateEndpoints: boolean): string | undefined {
  if (isInvalidName(token)) return 'is not a public https address';
  if (!privateEndpoints) return whyNotPublic(token);
  return /^https?:$/.test(URL.canParse(token) ? new URL(token).protocol : '')
    ? undefined
    : 'is not a public https address';
}

const isApple = ({ hostname }: URL): boolean => hostname.endsWith('.push.apple.com');

/** Thrown for a subscription that no browser has made. */
class Unusable extends Error {
  override readonly message = 'its keys are not usable';
}

/** Builds the request, encrypted for the device; throws {@link Unusable}. */
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

/** The payload. `words` false: ids only, for services that take less than others. */
function payloadOf(notification: Notification, words: boolean): string {
  const { title, body, urgency: _, ttlSeconds: __, ...ids } = notification;
  return JSON.stringify(words ? { ...ids, title, body } : ids);
}

function answerOfError(error: Error, shared: boolean): ProviderAnswer {
  const { message: detail } = error;
  // web-push itself refuses only subscriptions that no browser made.
  if (error instanceof Unusable) return { kind: 'gone', detail };
  if (!(error instanceof NotPublic)) return answerOfSilence(error, shared);
  // A shared push service has no private address, so our own network must have given it one.
  return shared
    ? { kind: 'wait', reason: 'setup', ms: setupPauseMs, detail }
    : { kind: 'gone', detail };
}

/**
 * Caches headers: signing costs more than all the rest of a push, and a service takes the same header for up to 24 h
 * (RFC 8292, 2).
 */
function createVapidHeaders({ subject, publicKey, privateKey }: Vapid) {
  // web-push signs for 12 h, so half of that is safe.
  const known = lru<string>(1_000, 6 * 3_600_000);
  return (origin: string): string => {
    const kept = known.get(origin);
    if (kept) return kept;
    const made = webPush.getVapidHeaders(origin, subject, publicKey, privateKey, 'aes128gcm');
    known.set(origin, made.Authorization);
    return made.Authorization;
  };
}
