import { generateKeyPairSync } from 'node:crypto';
import webPush from 'web-push';
import type { Device } from '../../src/notifications/index.js';
import type { Notification } from '../../workers/push/provider.js';

/** A key pair for Web Push, made for this run. */
export const vapid = { ...webPush.generateVAPIDKeys(), subject: 'mailto:push@haggle.invalid' };

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

/** A service account that the stand-in gives access tokens to. */
export const serviceAccount = (service: { url: string }) => ({
  project_id: 'test',
  client_email: 'push@test.iam.gserviceaccount.com',
  private_key: privateKey,
  private_key_id: 'key-1',
  token_uri: `${service.url}/token`,
});

export const aNotification = (given: Partial<Notification> = {}): Notification => ({
  id: 'entry-1:device-1',
  conversationId: '0b7c1d5e-7f0a-5c3b-9a49-0c5d5d1c1f10',
  seq: 7,
  template: 'text',
  badge: 3,
  title: '민지',
  body: '아직 있나요?',
  tag: '0b7c1d5e-7f0a-5c3b-9a49-0c5d5d1c1f10',
  sound: true,
  urgency: 'high',
  ttlSeconds: 86_400,
  silent: false,
  ...given,
});

export const aDevice = (given: Partial<Device> = {}): Device => ({
  deviceId: 'phone',
  userId: 'minji',
  sessionId: 'session-1',
  provider: 'fcm',
  token: 'token-1',
  locale: 'ko',
  timeZone: 'Asia/Seoul',
  lastSeenAt: new Date(),
  ...given,
});

/** The answer that FCM gives for an error of this name. */
export const fcmError = (status: number, errorCode: string, message = errorCode) => ({
  status,
  body: JSON.stringify({
    error: {
      code: status,
      message,
      status: errorCode,
      details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }],
    },
  }),
});
