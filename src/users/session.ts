import { createHash, randomBytes } from 'node:crypto';

/** A sign-in on one device: the family of all refresh tokens that followed from it. */
export interface Session {
  id: string;
  userId: string;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

/** `<session id>.<secret>`: only a hash of the secret is stored. */
export function newRefreshToken(sessionId: string): { token: string; hash: string } {
  const secret = randomBytes(32).toString('base64url');
  return { token: `${sessionId}.${secret}`, hash: hashSecret(secret) };
}

/** Session id and hash of a presented token; null when it has not the form of one. */
export function readRefreshToken(token: string): { sessionId: string; hash: string } | null {
  const match = /^([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]{43})$/.exec(token);
  return match ? { sessionId: match[1]!, hash: hashSecret(match[2]!) } : null;
}

const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');
