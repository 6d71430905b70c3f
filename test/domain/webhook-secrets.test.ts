import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadConfig } from '../../src/platform/config.js';

/** Secrets that sign webhooks: every receiver's library must be able to load them. */
const load = (secrets: string) =>
  loadConfig({
    MONGODB_URI: 'mongodb://127.0.0.1/haggle',
    REDIS_URL: 'redis://127.0.0.1',
    WEBHOOK_URL: 'https://shop.example/haggle',
    WEBHOOK_SECRETS: secrets,
  }).webhooks!.secrets;

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString('base64')}`;
const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });

describe('WEBHOOK_SECRETS', () => {
  test('takes padded base64 of 24 to 64 bytes', () => {
    fc.assert(
      fc.property(fc.array(bytes(24, 64), { minLength: 1, maxLength: 3 }), (all) => {
        const secrets = all.map(secretOf);
        expect(load(secrets.join(', '))).toEqual(secrets);
      }),
    );
  });

  test('refuses everything that a strict library cannot load', () => {
    const refused = (secret: string) => expect(() => load(secret)).toThrow(/WEBHOOK_SECRETS/);
    fc.assert(
      fc.property(bytes(24, 64), fc.nat(), (some, at) => {
        const secret = secretOf(some);
        const place = 6 + (at % (secret.length - 6));
        refused(secret.slice(0, place) + secret.slice(place + 1));
        refused(secret.slice(0, place) + secret[place] + secret.slice(place));
        refused(secret.slice(6));
        refused(`${secret.slice(0, place)}-${secret.slice(place + 1)}`);
      }),
    );
    fc.assert(fc.property(bytes(0, 23), (some) => refused(secretOf(some))));
    fc.assert(fc.property(bytes(65, 90), (some) => refused(secretOf(some))));
    // The bits behind the last byte must be zero.
    refused(`whsec_${'A'.repeat(42)}B=`);
  });
});
