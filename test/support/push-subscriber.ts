import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto';
import type { PushRequest } from '../../bench/push/push-service.js';

const text = (value: string) => Buffer.from(value, 'utf8');

/**
 * The receiving end of Web Push, as a browser holds it: makes a subscription and reads what was sent to it. Written
 * from RFC 8291 and 8188 and not with the library that sends, so that both cannot be wrong together.
 */
export class PushSubscriber {
  private readonly keyPair = createECDH('prime256v1');
  private readonly auth = randomBytes(16);
  readonly publicKey: Buffer;

  constructor(readonly endpoint: string) {
    this.publicKey = this.keyPair.generateKeys();
  }

  get keys(): { p256dh: string; auth: string } {
    return {
      p256dh: this.publicKey.toString('base64url'),
      auth: this.auth.toString('base64url'),
    };
  }

  /** Throws when it was not encrypted for this subscriber, or changed on its way. */
  read({ headers, body }: Pick<PushRequest, 'headers' | 'body'>): unknown {
    if (headers['content-encoding'] !== 'aes128gcm') throw new Error('not aes128gcm');
    // RFC 8188, 2.1: salt, record size, length of the key id, key id (RFC 8291: the sender's public key).
    const salt = body.subarray(0, 16);
    const recordSize = body.readUInt32BE(16);
    const senderKey = body.subarray(21, 21 + body.readUInt8(20));
    const record = body.subarray(21 + senderKey.length);
    if (record.length > recordSize) throw new Error('more than one record');
    // RFC 8291, 3.4.
    const secret = this.keyPair.computeSecret(senderKey);
    const keyInfo = Buffer.concat([text('WebPush: info\0'), this.publicKey, senderKey]);
    const keying = derive(secret, this.auth, keyInfo, 32);
    const key = derive(keying, salt, text('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(keying, salt, text('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    // RFC 8188, 2: the last record ends with 2 and zeros.
    const end = padded.lastIndexOf(2);
    if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0)) throw new Error('padding');
    return JSON.parse(padded.subarray(0, end).toString('utf8'));
  }
}

const derive = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number) =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length));

/** What the sender says of itself (RFC 8292); throws when its signature does not fit its key. */
export function readVapid(authorization: string): { key: string; claims: Record<string, unknown> } {
  const [, token, key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? [];
  if (!token || !key) throw new Error('no VAPID header');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
    half.toString('base64url'),
  );
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const [header, claims, signature] = token.split('.');
  const signed = verify(
    'sha256',
    text(`${header}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature!, 'base64url'),
  );
  if (!signed) throw new Error('VAPID signature does not fit');
  return {
    key,
    claims: JSON.parse(Buffer.from(claims!, 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >,
  };
}
