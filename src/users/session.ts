import { createHash, createHmac, randomBytes } from 'node:crypto';

/** Whose device asks, as far as the door knows. */
export interface Caller {
  /** An IPv4 address, or the part of an IPv6 address that belongs to one line. */
  network: string;
  userAgent: string | undefined;
}

/** A sign-in on one device: the family of all refresh tokens that followed from it. */
export interface Session {
  id: string;
  userId: string;
  userAgent: string | null;
  /** The network where it was opened, and the one where it was renewed last. */
  openedFrom: string;
  renewedFrom: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

/** `<session id>.<secret>`: only a hash of the secret is stored. */
export interface RefreshToken {
  sessionId: string;
  token: string;
  hash: string;
}

export const newRefreshToken = (sessionId: string): RefreshToken =>
  withSecret(sessionId, randomBytes(32).toString('base64url'));

/**
 * The token that `token` is traded for. With the same salt it is always the same one, so that a lost answer can be
 * given again although no token is stored. Neither the old token alone nor the stored salt alone leads to it.
 */
export const successorOf = ({ sessionId, token }: RefreshToken, salt: string): RefreshToken =>
  withSecret(sessionId, createHmac('sha256', token).update(salt).digest('base64url'));

/** Makes a trade unforeseeable; see {@link successorOf}. */
export const newSalt = (): string => randomBytes(32).toString('base64url');

/** A presented token; null when it has not the form of one. */
export function readRefreshToken(token: string): RefreshToken | null {
  const match = /^([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]{43})$/.exec(token);
  return match && withSecret(match[1]!, match[2]!);
}

const withSecret = (sessionId: string, secret: string): RefreshToken => ({
  sessionId,
  token: `${sessionId}.${secret}`,
  hash: hashSecret(secret),
});

const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');
