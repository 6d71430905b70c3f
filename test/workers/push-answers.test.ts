import { describe, expect, test } from '@jest/globals';
import { verdictOf, detailOf, type FcmVerdict } from '../../workers/push/fcm-answer.js';
import { answerOf } from '../../workers/push/webpush-answer.js';
import type { Refused } from '../../workers/push/one-or-many.js';

const fcmType = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
const rpc = (name: string) => `type.googleapis.com/google.rpc.${name}`;

/** An error as Google writes it. */
const google = (code: number, status: string, details?: unknown, message = status) =>
  JSON.stringify({
    error: { code, message, status, ...(details === undefined ? {} : { details }) },
  });
const fcm = (errorCode: string, ...more: object[]) => [{ '@type': fcmType, errorCode }, ...more];
const quota = (subject: string, description: string) => ({
  '@type': rpc('QuotaFailure'),
  violations: [{ subject, description }],
});
const fields = (...names: string[]) => ({
  '@type': rpc('BadRequest'),
  fieldViolations: names.map((field) => ({ field, description: 'invalid' })),
});
const perMinute = {
  '@type': rpc('ErrorInfo'),
  reason: 'RATE_LIMIT_EXCEEDED',
  domain: 'googleapis.com',
  metadata: { consumer: 'projects/123', service: 'fcm.googleapis.com' },
};
const badToken = 'The registration token is not a valid FCM registration token';

/** Status, body, and whom it concerns. */
const fcmAnswers: [string, number, string, FcmVerdict][] = [
  // The device.
  ['UNREGISTERED', 404, google(404, 'NOT_FOUND', fcm('UNREGISTERED')), 'gone'],
  [
    'UNREGISTERED behind other details',
    404,
    google(404, 'NOT_FOUND', [{ '@type': 'x' }, 7, null, ...fcm('UNREGISTERED')]),
    'gone',
  ],
  [
    'a token of no form',
    400,
    google(400, 'INVALID_ARGUMENT', fcm('INVALID_ARGUMENT'), badToken),
    'gone',
  ],
  [
    'a token of no form, by its field',
    400,
    google(400, 'INVALID_ARGUMENT', [fields('message.token')]),
    'gone',
  ],
  [
    'SENDER_ID_MISMATCH',
    403,
    google(403, 'PERMISSION_DENIED', fcm('SENDER_ID_MISMATCH')),
    'otherProject',
  ],
  ['QUOTA_EXCEEDED', 429, google(429, 'RESOURCE_EXHAUSTED', fcm('QUOTA_EXCEEDED')), 'deviceRate'],
  [
    'QUOTA_EXCEEDED of a device',
    429,
    google(
      429,
      'RESOURCE_EXHAUSTED',
      fcm('QUOTA_EXCEEDED', quota('token:x', 'Device message rate exceeded')),
    ),
    'deviceRate',
  ],
  [
    'QUOTA_EXCEEDED of a device of a project',
    429,
    google(
      429,
      'RESOURCE_EXHAUSTED',
      fcm('QUOTA_EXCEEDED', quota('project:1', 'Device message rate exceeded')),
    ),
    'deviceRate',
  ],
  ['429 without details', 429, google(429, 'RESOURCE_EXHAUSTED'), 'deviceRate'],
  ['429 of a proxy', 429, '<html>', 'deviceRate'],
  // What stands behind FCM.
  [
    'THIRD_PARTY_AUTH_ERROR',
    401,
    google(401, 'UNAUTHENTICATED', fcm('THIRD_PARTY_AUTH_ERROR')),
    'platform',
  ],
  [
    'THIRD_PARTY_AUTH_ERROR as 403',
    403,
    google(403, 'PERMISSION_DENIED', fcm('THIRD_PARTY_AUTH_ERROR')),
    'platform',
  ],
  ['APNS_AUTH_ERROR', 401, google(401, 'UNAUTHENTICATED', fcm('APNS_AUTH_ERROR')), 'platform'],
  // Everybody.
  [
    'QUOTA_EXCEEDED of the project',
    429,
    google(
      429,
      'RESOURCE_EXHAUSTED',
      fcm('QUOTA_EXCEEDED', quota('project:1', 'Message rate exceeded')),
    ),
    'rate',
  ],
  [
    'requests per minute of the project',
    429,
    google(429, 'RESOURCE_EXHAUSTED', [perMinute]),
    'rate',
  ],
  ['UNAVAILABLE', 503, google(503, 'UNAVAILABLE', fcm('UNAVAILABLE')), 'unavailable'],
  ['503 of a proxy', 503, '', 'unavailable'],
  ['INTERNAL', 500, google(500, 'INTERNAL', fcm('INTERNAL')), 'failed'],
  ['502 of a proxy', 502, '<html>', 'failed'],
  ['a redirect', 302, '', 'failed'],
  ['413 of a proxy', 413, 'too large', 'failed'],
  // Us.
  ['UNAUTHENTICATED', 401, google(401, 'UNAUTHENTICATED'), 'signIn'],
  [
    'UNAUTHENTICATED with an ErrorInfo',
    401,
    google(401, 'UNAUTHENTICATED', [{ '@type': rpc('ErrorInfo'), reason: 'ACCESS_TOKEN_EXPIRED' }]),
    'signIn',
  ],
  ['401 of a proxy', 401, 'who are you?', 'signIn'],
  ['PERMISSION_DENIED', 403, google(403, 'PERMISSION_DENIED'), 'permission'],
  ['403 of a proxy', 403, '<html>', 'permission'],
  ['NOT_FOUND', 404, google(404, 'NOT_FOUND'), 'address'],
  ['NOT_FOUND with empty details', 404, google(404, 'NOT_FOUND', []), 'address'],
  [
    'NOT_FOUND with other details',
    404,
    google(404, 'NOT_FOUND', [
      { '@type': rpc('ErrorInfo'), reason: 'UNREGISTERED', errorCode: 'UNREGISTERED' },
    ]),
    'address',
  ],
  [
    'the word UNREGISTERED anywhere else',
    404,
    google(404, 'UNREGISTERED', 'UNREGISTERED', 'UNREGISTERED'),
    'address',
  ],
  ['404 as JSON of a proxy', 404, '{"message":"no route","code":"UNREGISTERED"}', 'address'],
  ['404 of a proxy', 404, '<html>404</html>', 'address'],
  ['404 without a body', 404, '', 'address'],
  ['404 with null', 404, 'null', 'address'],
  [
    'a broken field',
    400,
    google(
      400,
      'INVALID_ARGUMENT',
      fcm('INVALID_ARGUMENT'),
      'Invalid value at message.android.ttl',
    ),
    'message',
  ],
  [
    'a broken field beside the token',
    400,
    google(400, 'INVALID_ARGUMENT', [fields('message.token', 'message.data')]),
    'message',
  ],
  ['400 of a proxy that speaks of tokens', 400, 'registration token', 'message'],
];

describe('FCM', () => {
  test.each(fcmAnswers)('%s', (_, status, body, expected) => {
    expect(verdictOf({ status, body })).toBe(expected);
  });

  test('what is kept of an answer names no token', () => {
    const body = google(404, 'NOT_FOUND', fcm('UNREGISTERED'), 'token abc of 민지');
    expect(detailOf({ status: 404, body })).toBe('status 404 UNREGISTERED');
    const made = JSON.stringify({ error: { status: 'token abc' } });
    expect(detailOf({ status: 404, body: made })).toBe('status 404');
  });
});

const gone = { kind: 'gone' };
const device = { whom: 'device' };
const limited = { kind: 'wait', reason: 'rate' };
const failed = { kind: 'failed' };
const refused = { kind: 'refused' };
const after = { 'retry-after': '7' };

/** Status, body, headers; what follows at a service that many share, and at an address that one browser named. */
const webAnswers: [number, string, Record<string, string>, object, object][] = [
  [201, '', { location: '/m/1' }, { kind: 'taken', providerId: '/m/1' }, { kind: 'taken' }],
  [200, '', {}, { kind: 'taken' }, { kind: 'taken' }],
  [404, '', {}, gone, gone],
  [410, '{"reason":"Unregistered"}', {}, gone, gone],
  [400, '{"reason":"VapidPkHashMismatch"}', {}, gone, gone],
  [400, '{"errno":109,"message":"VAPID public key mismatch"}', {}, gone, gone],
  [400, 'MismatchSenderId', {}, gone, gone],
  [400, '{"reason":"BadDeviceToken"}', {}, gone, gone],
  [400, 'NotRegistered', {}, gone, gone],
  [400, '{"reason":"BadWebPushTopic"}', {}, refused, { ...failed, ...device }],
  [400, '', {}, refused, { ...failed, ...device }],
  [413, '', {}, refused, { ...failed, ...device }],
  [302, '', {}, refused, { ...failed, ...device }],
  [418, '', {}, refused, { ...failed, ...device }],
  [429, '', after, { ...limited, ms: 7_000, ...device }, { ...limited, ms: 7_000, ...device }],
  [503, '', after, { ...limited, ms: 7_000 }, { ...limited, ms: 7_000, ...device }],
  [503, '', {}, failed, { ...failed, ...device }],
  [500, '', {}, failed, { ...failed, ...device }],
  [408, '', {}, failed, { ...failed, ...device }],
  [401, '', {}, { kind: 'wait', reason: 'auth', ...device }, { ...failed, ...device }],
  [403, '', {}, { kind: 'wait', reason: 'auth', ...device }, { ...failed, ...device }],
];

describe('push services of browsers', () => {
  const answer = (status: number, body: string, shared: boolean, who: Refused = 'unknown') =>
    answerOf({ status, body, headers: {} }, { shared, keyRefused: () => who });

  test.each(webAnswers)('%d %s %j', (status, body, headers, ofMany, ofOne) => {
    for (const [shared, expected] of [
      [true, ofMany],
      [false, ofOne],
    ] as const) {
      const given = answerOf({ status, body, headers }, { shared, keyRefused: () => 'unknown' });
      expect(given).toMatchObject(expected);
      if (!('whom' in expected)) expect(given).not.toHaveProperty('whom');
    }
  });

  test.each([401, 403])('%d: of one, of many', (status) => {
    expect(answer(status, '', true, 'one')).toMatchObject(gone);
    const all = answer(status, '', true, 'many');
    expect(all).toMatchObject({ kind: 'wait', reason: 'auth', ms: 300_000 });
    expect(all).not.toHaveProperty('whom');
  });

  test('another key of all is a key that we exchanged, and takes no further subscription along', () => {
    const body = '{"reason":"VapidPkHashMismatch"}';
    expect(answer(400, body, true, 'many')).toMatchObject({ kind: 'wait', reason: 'auth' });
    // Whoever has an address of their own cannot say so of all.
    expect(answer(400, body, false, 'many')).toMatchObject(gone);
  });
});
