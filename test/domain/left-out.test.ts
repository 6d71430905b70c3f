import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import {
  clientEvents,
  endpoints,
  withoutLeftOut,
  type Endpoint,
} from '../../src/contract/index.js';
import { bodyExamples, clientEventExamples } from '../../src/contract/documents/examples.js';

type Fields = Record<string, unknown>;
/** What clients send, with an example of each. */
const sent: [string, z.ZodType, Fields][] = [
  ...(Object.entries(endpoints) as [string, Endpoint][]).flatMap(
    ([name, { body }]): [string, z.ZodType, Fields][] =>
      body ? [[name, body, (bodyExamples[name] ?? {}) as Fields]] : [],
  ),
  ...Object.entries(clientEvents).map(([name, { payload }]): [string, z.ZodType, Fields] => [
    name,
    payload,
    (clientEventExamples[name as keyof typeof clientEvents]?.payload ?? {}) as Fields,
  ]),
];

const fieldsOf = (schema: z.ZodType): string[] => Object.keys((schema as z.ZodObject).shape);
const read = (schema: z.ZodType, input: unknown) => schema.safeParse(withoutLeftOut(schema, input));

describe.each(sent)('%s', (_name, schema, example) => {
  const plain = schema.parse(example);
  test('takes null where nothing is needed as nothing, and refuses it where something is', () => {
    for (const field of fieldsOf(schema)) {
      const { [field]: _left, ...rest } = example;
      const [given, left] = [{ ...example, [field]: null }, schema.safeParse(rest)];
      const takesNull = schema.safeParse(given).success;
      const found = read(schema, given);
      expect([field, found.success]).toEqual([field, takesNull || left.success]);
      if (!takesNull && left.success) expect(found.data).toEqual(left.data);
    }
  });

  test('goes on refusing what it does not know', () => {
    expect(read(schema, { ...example, surprise: null }).success).toBe(false);
    expect(read(schema, { ...example, surprise: [] }).success).toBe(false);
  });

  test('reads everything else as it did', () => {
    expect(read(schema, example).data).toEqual(plain);
  });
});

describe('inside of fields', () => {
  const { createListing, editListing, changeNotificationSettings, registerDevice } = endpoints;
  const listing = bodyExamples['createListing'] as Fields;

  test('null counts as left out at every depth', () => {
    const sparse = { ...listing, offers: { enabled: null, minimum: null, hours: null } };
    expect(read(createListing.body!, sparse).data).toMatchObject({ offers: { enabled: true } });
    expect(
      withoutLeftOut(clientEvents['sync:pull'].payload, {
        known: [{ conversationId: 'one', seq: 1 }],
        cursor: null,
      }),
    ).toEqual({ known: [{ conversationId: 'one', seq: 1 }] });
  });

  test('null that clears something goes on clearing it', () => {
    const change = { offers: { minimum: null, autoAccept: null } };
    expect(read(editListing.body!, change).data).toEqual(change);
    expect(read(changeNotificationSettings.body!, { quietHours: null }).data).toEqual({
      quietHours: null,
    });
  });

  test('an empty list is none', () => {
    const draft = { clientMessageId: 'one-of-many', text: 'a', imageIds: [] };
    expect(read(endpoints.sendMessage.body!, draft).data).not.toHaveProperty('imageIds');
    expect(read(endpoints.sendMessage.body!, { ...draft, kind: 'image' }).success).toBe(false);
    expect(
      read(endpoints.replayWebhooks.body!, {
        ids: [],
        from: '2026-03-02T09:00:00Z',
        to: '2026-03-02T10:00:00Z',
        types: [],
      }).data,
    ).toEqual({ from: '2026-03-02T09:00:00.000Z', to: '2026-03-02T10:00:00.000Z' });
  });

  test('an empty list is nothing but a list', () => {
    const draft = { clientMessageId: 'one-of-many', text: 'a', replyToSeq: [] };
    expect(read(endpoints.sendMessage.body!, draft).success).toBe(false);
  });

  test('an empty choice declines nothing, and not everything', () => {
    const none = { clientMessageId: 'one-of-many', offerIds: [] };
    expect(read(endpoints.declineOffersOfListing.body!, none).data).toEqual(none);
  });

  test('required lists stay required', () => {
    expect(read(clientEvents['presence:watch'].payload, { userIds: [] }).success).toBe(false);
    expect(read(clientEvents['presence:watch'].payload, { userIds: null }).success).toBe(false);
  });

  test('a device is reached by what its provider needs, and null is not there', () => {
    const phone = { provider: 'fcm', token: 'a token', subscription: null };
    expect(read(registerDevice.body!, phone).success).toBe(true);
    expect(read(registerDevice.body!, { ...phone, provider: 'webpush' }).success).toBe(false);
    expect(read(registerDevice.body!, { provider: 'fcm', token: null }).success).toBe(false);
  });

  test.each([
    ['ko-KR', 'ko'],
    ['en_US', 'en'],
    ['EN', 'en'],
    ['ko-Kore-KR-u-hc-h23', 'ko'],
    ['zh-Hant-TW', 'ko'],
    ['kok-IN', 'ko'],
    ['', 'ko'],
    ['C', 'ko'],
  ])('the locale %p is the language %s', (locale, language) => {
    const phone = { provider: 'log', token: 'a token', locale };
    expect(read(registerDevice.body!, phone).data).toMatchObject({ locale: language });
  });

  test.each([
    ['Etc/Unknown', 'Asia/Seoul'],
    ['', 'Asia/Seoul'],
    ['Mars/Olympus', 'Asia/Seoul'],
    ['x'.repeat(1_000), 'Asia/Seoul'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
  ])('the time zone %p is %s', (timeZone, known) => {
    const phone = { provider: 'log', token: 'a token', timeZone };
    expect(read(registerDevice.body!, phone).data).toMatchObject({ timeZone: known });
  });
});
