import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import jwt from 'jsonwebtoken';
import { Refusal, accountLimits, limits } from '../contract/index.js';
import { lru } from '../platform/lru.js';

export interface AccessClaims {
  userId: string;
  sessionId: string;
  /** Which trade of its refresh token it came with; 0: the sign-in. */
  rotation: number;
  /** The key that it is signed with. */
  keyId: string;
  expiresAt: Date;
}

interface Key {
  id: string;
  secret: KeyObject;
  open: KeyObject;
}

/** Only this: neither `none` nor a shared-secret algorithm can be talked into verifying (RFC 8725, 3.1). */
const algorithm = 'ES256';

/** A token is some 400 characters long. */
const tokensKept = 20_000;

type TokenType = 'access' | 'email' | 'newEmail' | 'reset';

/**
 * Signs and checks access tokens and mail tokens. Several keys may be loaded: the first signs, all verify, and the
 * key id is the RFC 7638 thumbprint, so nodes with the same keys agree without a setting.
 */
export class Tokens {
  private keys: Key[];
  /** Tokens whose signature was found good: to check it again for each request would be much of the request's work. */
  private readonly checked = lru<AccessClaims>(tokensKept);

  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly options: { pem: string | undefined; issuer: string; audience: string },
  ) {
    this.keys = options.pem ? readKeys(options.pem) : [makeKey()];
  }

  /**
   * Takes other keys from now on; tokens of a key that is not among them are refused. Returns the ids of the keys, the
   * one that signs first. Throws, and changes nothing, where the text holds no usable keys.
   */
  change(pem: string): string[] {
    this.keys = readKeys(pem);
    this.checked.clear();
    for (const listener of this.listeners) listener();
    return this.keys.map(({ id }) => id);
  }

  /** Calls back after each {@link change}. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Whether tokens of this key are good. */
  hasKey(id: string): boolean {
    return this.keys.some((key) => key.id === id);
  }

  signAccess(claims: Omit<AccessClaims, 'expiresAt' | 'keyId'>, now: Date): string {
    const { userId: sub, sessionId: sid, rotation: rot } = claims;
    return this.sign('access', { sub, sid, rot }, limits.accessTokenSeconds, now);
  }

  signEmailProof(userId: string, email: string, now: Date): string {
    return this.sign('email', { sub: userId, email }, limits.emailTokenSeconds, now);
  }

  /** Throws TOKEN_EXPIRED or UNAUTHENTICATED. */
  verifyAccess(token: string, now: Date): AccessClaims {
    const known = this.checked.get(token);
    if (known && now < known.expiresAt) return known;
    const claims = this.claimsOf(token, now);
    this.checked.set(token, claims);
    return claims;
  }

  private claimsOf(token: string, now: Date): AccessClaims {
    const { keyId, ...claims } = this.verify(['access'], token, now);
    if (typeof claims.sub !== 'string' || typeof claims['sid'] !== 'string') throw refused();
    // One that is good for longer would outlive the rotation of its key.
    if (!(claims.exp! - (claims.iat ?? NaN) <= limits.accessTokenSeconds)) throw refused();
    return {
      userId: claims.sub,
      sessionId: claims['sid'],
      rotation: typeof claims['rot'] === 'number' ? claims['rot'] : 0,
      keyId,
      expiresAt: new Date((claims.exp ?? 0) * 1_000),
    };
  }

  /** For the mail to a new address. `credentials`: see `UserState`; a change of them voids the token. */
  signNewEmail(userId: string, to: string, credentials: number, now: Date): string {
    const claims = { sub: userId, email: to, of: credentials };
    return this.sign('newEmail', claims, limits.emailTokenSeconds, now);
  }

  /** `credentials`: see `UserState`; a change of them voids the token. */
  signReset(userId: string, credentials: number, now: Date): string {
    return this.sign(
      'reset',
      { sub: userId, of: credentials },
      accountLimits.resetTokenSeconds,
      now,
    );
  }

  /**
   * The address that a mail proves; `of`: it is to take the place of the one that these credentials are of. Throws
   * TOKEN_EXPIRED or UNAUTHENTICATED.
   */
  verifyEmailProof(token: string, now: Date): { userId: string; email: string; of?: number } {
    const claims = this.verify(['email', 'newEmail'], token, now);
    const { sub: userId, email, of } = claims;
    if (typeof userId !== 'string' || typeof email !== 'string') throw refused();
    if (claims['typ'] === 'email') return { userId, email };
    if (typeof of !== 'number') throw refused();
    return { userId, email, of };
  }

  /** Throws TOKEN_EXPIRED or UNAUTHENTICATED. */
  verifyReset(token: string, now: Date): { userId: string; of: number } {
    const { sub: userId, of } = this.verify(['reset'], token, now);
    if (typeof userId !== 'string' || typeof of !== 'number') throw refused();
    return { userId, of };
  }

  /** Public keys for whoever wants to check the tokens themselves. */
  jwks(): { keys: object[] } {
    return {
      keys: this.keys.map((key) => ({
        ...key.open.export({ format: 'jwk' }),
        kid: key.id,
        alg: algorithm,
        use: 'sig',
      })),
    };
  }

  private sign(type: TokenType, claims: object, seconds: number, now: Date): string {
    const key = this.keys[0]!;
    const iat = Math.floor(now.getTime() / 1_000);
    return jwt.sign({ ...claims, typ: type, iat, exp: iat + seconds }, key.secret, {
      algorithm,
      keyid: key.id,
      issuer: this.options.issuer,
      audience: this.options.audience,
    });
  }

  private verify(
    types: readonly TokenType[],
    token: string,
    now: Date,
  ): jwt.JwtPayload & { keyId: string } {
    const key = this.keyOf(token);
    const claims = this.read(token, key, now);
    if (!types.includes(claims['typ'] as TokenType) || claims.exp === undefined) throw refused();
    return { ...claims, keyId: key.id };
  }

  private read(token: string, key: Key, now: Date): jwt.JwtPayload {
    try {
      const claims = jwt.verify(token, key.open, {
        algorithms: [algorithm],
        issuer: this.options.issuer,
        audience: this.options.audience,
        clockTimestamp: Math.floor(now.getTime() / 1_000),
      });
      // A payload may be any JSON, a bare string and null among it.
      if (typeof claims === 'object' && claims !== null) return claims;
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError) throw new Refusal('TOKEN_EXPIRED');
    }
    throw refused();
  }

  /** The key that the token names; the name only chooses among our own, nothing is fetched. */
  private keyOf(token: string): Key {
    const named = keyIdIn(token);
    const key = this.keys.find((candidate) => candidate.id === named);
    if (!key) throw refused();
    return key;
  }
}

function keyIdIn(token: string): string | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header.kid;
  } catch {
    // The library throws where the claims are no JSON.
    return undefined;
  }
}

const refused = () => new Refusal('UNAUTHENTICATED', 'The token is not valid');

function readKeys(pem: string): Key[] {
  const blocks = pem
    .replaceAll('\\n', '\n')
    .match(/-----BEGIN (?:EC )?PRIVATE KEY-----[\s\S]+?-----END (?:EC )?PRIVATE KEY-----/g);
  if (!blocks) throw new Error('JWT_KEYS holds no PEM private key');
  return blocks.map((block) => toKey(createPrivateKey(block)));
}

const makeKey = (): Key => toKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

function toKey(secret: KeyObject): Key {
  const open = createPublicKey(secret);
  const { crv, kty, x, y } = open.export({ format: 'jwk' });
  if (crv !== 'P-256') throw new Error('JWT_KEYS must be EC keys on the curve P-256');
  const thumbprint = createHash('sha256')
    .update(JSON.stringify({ crv, kty, x, y }))
    .digest('base64url');
  return { id: thumbprint, secret, open };
}
