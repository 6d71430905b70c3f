import { deleteApp, initializeApp } from 'firebase-admin/app';
import {
  getMessaging,
  type Message,
  type Messaging,
  type SendResponse,
} from 'firebase-admin/messaging';
import { Gather } from '../../src/platform/gather.js';
import { FcmAgent } from './fcm-agent.js';
import { OneOrMany } from './one-or-many.js';
import type { Notification, ProviderAnswer, PushProvider } from './provider.js';
import { createCredential, type ServiceAccount } from './service-account.js';

interface Deps {
  account: ServiceAccount;
  /** Another address of the service: for tests and proxies. */
  url?: URL;
  deadlineMs?: number;
}

/** As many as the library takes at once, and how long the first of them waits for others. */
const batch = { max: 500, windowMs: 5 };
/** QUOTA_EXCEEDED without `Retry-After`. Source: Firebase, "Scaling FCM". */
const ratePauseMs = 60_000;
const authPauseMs = 5 * 60_000;

/**
 * Android, iOS and the web through Firebase Cloud Messaging, HTTP v1. Batches are the library's: a request for each
 * message, side by side; their answers come together, so the deadline bounds what one slow answer holds up.
 */
export function createFcmProvider({ account, url, deadlineMs = 4_500 }: Deps): PushProvider {
  const agent = new FcmAgent({ url, deadlineMs });
  const app = initializeApp(
    {
      credential: createCredential(account, deadlineMs),
      projectId: account.project_id,
      httpAgent: agent,
    },
    `push-${++apps}`,
  );
  const messaging = getMessaging(app);
  // Its HTTP/2 makes a connection for every batch, goes to Google's address only, and takes no agent.
  messaging.enableLegacyHttpTransport();
  tryOnce(messaging);
  const wrongProject = new OneOrMany();
  const sending = new Gather<Message, SendResponse>({
    ...batch,
    work: async (messages) => (await messaging.sendEach(messages)).responses,
  });
  return {
    name: 'fcm',
    async send({ token }, notification) {
      try {
        const response = await sending.do(messageOf(token, notification));
        if (response.success) wrongProject.accepted('fcm');
        return answerOf(response, agent, () => wrongProject.refused('fcm', token));
      } catch (error) {
        return { kind: 'failed', detail: (error as { code?: string }).code ?? 'not sent' };
      }
    },
    async close() {
      await deleteApp(app);
      agent.destroy();
    },
  };
}

/** The library knows its apps by name. */
let apps = 0;

/**
 * The library would try again up to four times by itself, for up to minutes, out of sight of queue, breaker and pause;
 * it has no setting for that. A test counts the requests.
 */
function tryOnce(messaging: Messaging): void {
  const { messagingRequestHandler } = messaging as unknown as {
    messagingRequestHandler: { httpClient: { retry: { maxRetries: number } } };
  };
  messagingRequestHandler.httpClient.retry.maxRetries = 0;
}

/** Words stand in `notification`, so that the system shows them while the app sleeps; a silent one is data only. */
export function messageOf(token: string, notification: Notification): Message {
  const { id, conversationId, seq, template, badge, title, body, tag, sound } = notification;
  const { urgency, ttlSeconds, silent } = notification;
  const expires = Math.floor(Date.now() / 1_000) + ttlSeconds;
  return {
    token,
    ...(silent ? {} : { notification: { title, body } }),
    // Strings only: FCM takes no other values.
    data: {
      ...{ id, template, tag, badge: String(badge), silent: String(silent) },
      ...(conversationId === null ? {} : { conversationId }),
      ...(seq === null ? {} : { seq: String(seq) }),
    },
    android: {
      // No collapse key: FCM keeps four for each device and drops the rest. The tag replaces on the device.
      priority: urgency === 'high' ? 'high' : 'normal',
      ttl: ttlSeconds * 1_000,
      ...(silent ? {} : { notification: { tag, ...(sound ? { sound: 'default' } : {}) } }),
    },
    apns: {
      headers: {
        'apns-priority': silent || urgency !== 'high' ? '5' : '10',
        'apns-push-type': silent ? 'background' : 'alert',
        'apns-expiration': String(expires),
      },
      payload: {
        aps: {
          badge,
          threadId: tag,
          ...(silent ? { contentAvailable: true } : {}),
          ...(sound && !silent ? { sound: 'default' } : {}),
        },
      },
    },
  };
}

/** Codes of the library: `messaging/…` for FCM's own, `app/…` for what went wrong on the way. */
function answerOf(
  { success, messageId, error }: SendResponse,
  agent: FcmAgent,
  wrongProject: () => 'one' | 'many' | 'unknown',
): ProviderAnswer {
  if (success) return { kind: 'taken', providerId: messageId };
  const detail = error?.code ?? 'unknown';
  switch (detail) {
    case 'messaging/registration-token-not-registered':
    case 'messaging/invalid-registration-token':
      return { kind: 'gone', detail };
    case 'messaging/invalid-argument':
      // Both have this code; only Google's sentence tells a broken token from a broken field.
      return /registration token/i.test(error?.message ?? '')
        ? { kind: 'gone', detail }
        : { kind: 'refused', detail };
    case 'messaging/mismatched-credential':
      return answerOfMismatch(wrongProject(), detail);
    case 'messaging/third-party-auth-error':
    case 'messaging/authentication-error':
    case 'app/invalid-credential':
      return { kind: 'wait', reason: 'auth', ms: authPauseMs, detail };
    case 'messaging/message-rate-exceeded':
      return { kind: 'wait', reason: 'rate', ms: agent.pauseMs(ratePauseMs), detail };
    case 'messaging/server-unavailable': {
      const ms = agent.pauseMs(0);
      return ms > 0 ? { kind: 'wait', reason: 'rate', ms, detail } : { kind: 'failed', detail };
    }
    case 'messaging/payload-size-limit-exceeded':
      return { kind: 'refused', detail };
    default:
      return { kind: 'failed', detail };
  }
}

/** SENDER_ID_MISMATCH of a token of another project, and a service account without the right to send, look the same. */
function answerOfMismatch(who: 'one' | 'many' | 'unknown', detail: string): ProviderAnswer {
  if (who === 'one') return { kind: 'gone', detail };
  if (who === 'many') return { kind: 'wait', reason: 'auth', ms: authPauseMs, detail };
  return { kind: 'failed', detail };
}
