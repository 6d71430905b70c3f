import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { signingKeyObject } from './signing-key.js';

/**
 * Access tokens as somebody outside would make them, without the library that the server reads them with. Whatever is
 * left out is as the server itself would have written it.
 */
export interface TokenPlan {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: KeyObject;
}

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const parts = (token: string) => {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map(
      (part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>,
    );
  return { header: header!, claims: claims! };
};

/** What a token says of itself. */
export const claimsOf = (token: string) => parts(token).claims;

/** The token again with some of its words changed, signed with the key of the cluster unless told otherwise. */
export function resigned(token: string, plan: TokenPlan): string {
  const { header, claims } = parts(token);
  const text = `${base64({ ...header, ...plan.header })}.${base64({ ...claims, ...plan.claims })}`;
  const signature = sign('sha256', Buffer.from(text), {
    key: plan.key ?? signingKeyObject,
    dsaEncoding: 'ieee-p1363',
  });
  return `${text}.${signature.toString('base64url')}`;
}

/** A key that no gateway knows. */
export const strangeKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** Other claims under the signature of the real ones. */
export function withOtherClaims(token: string, claims: Record<string, unknown>): string {
  const [header, , signature] = token.split('.');
  return `${header}.${base64({ ...claimsOf(token), ...claims })}.${signature}`;
}

/** `alg: none`, with nothing where the signature was. */
export function unsigned(token: string): string {
  const { header, claims } = parts(token);
  return `${base64({ ...header, alg: 'none' })}.${base64(claims)}.`;
}

/** The old confusion: the public key, known to all, used as the secret of an HMAC. */
export function signedWithPublicKey(token: string): string {
  const { header, claims } = parts(token);
  const text = `${base64({ ...header, alg: 'HS256' })}.${base64(claims)}`;
  const pem = createPublicKey(signingKeyObject).export({ type: 'spki', format: 'pem' });
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}

/** The header of a token before something that is no JSON. */
export const withoutClaims = (token: string) =>
  `${base64({ ...parts(token).header, typ: 'JWT' })}.${base64('no claims')}.${token.split('.')[2]}`;
