import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { Refusal, request } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import type { Config } from '../platform/config.js';
import type { Logger } from '../platform/logger.js';

export type HostJwtSettings = NonNullable<Config['hostJwt']>;

/** What a token of the host app says. */
export interface HostClaims {
  externalId: string;
  /** null: it names none that can be shown. */
  nickname: string | null;
  issuedAt: Date;
  expiresAt: Date;
}

/** Public-key algorithms only: a shared secret, or `none`, cannot be talked into verifying (RFC 8725, 3.1). */
const algorithms: jwt.Algorithm[] = ['ES256', 'ES384', 'RS256', 'RS384', 'RS512', 'PS256'];
/** How long keys are used before they are read again; a key that is not known is looked for sooner … */
const keysMs = 10 * 60_000;
/** … but not more often than this, since anybody can send a token with an invented key id. */
const againMs = 10_000;
const answerMs = 5_000;
const answerBytes = 256 * 1024;
/** Clocks of two teams differ a little. */
const clockSeconds = 30;
/** A token without an end, or with one far ahead, would outlive the person's account with the host app. */
const longestSeconds = 24 * 3_600;

/** Checks tokens that the host app signs itself, with the keys that it publishes. */
export class HostJwt {
  private keys = new Map<string, KeyObject>();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(private readonly deps: { settings: HostJwtSettings; clock: Clock; log: Logger }) {}

  /** Whether a token claims to be of the host app; nothing is checked. */
  isOurs(token: string): boolean {
    return read(token)?.payload.iss === this.deps.settings.issuer;
  }

  /** Throws UNAUTHENTICATED, TOKEN_EXPIRED or UNAVAILABLE (the keys cannot be read). */
  async verify(token: string): Promise<HostClaims> {
    const { settings, clock } = this.deps;
    const key = await this.keyOf(read(token)?.header.kid);
    const claims = this.check(token, key);
    const externalId = request.ExternalId.safeParse(claims[settings.idClaim]);
    const { iat, exp } = claims;
    if (!externalId.success || iat === undefined || exp === undefined) throw refused();
    if (exp - clock().getTime() / 1_000 > longestSeconds) throw refused();
    const named: unknown = claims[settings.nicknameClaim];
    const nickname = request.PutHostUser.safeParse({ nickname: named });
    return {
      externalId: externalId.data,
      nickname: nickname.success ? nickname.data.nickname : null,
      issuedAt: new Date(iat * 1_000),
      expiresAt: new Date(exp * 1_000),
    };
  }

  private check(token: string, key: KeyObject): jwt.JwtPayload {
    const { issuer, audience } = this.deps.settings;
    try {
      const claims = jwt.verify(token, key, {
        algorithms,
        issuer,
        audience,
        clockTolerance: clockSeconds,
        clockTimestamp: Math.floor(this.deps.clock().getTime() / 1_000),
      });
      if (typeof claims === 'object' && claims !== null) return claims;
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError) throw new Refusal('TOKEN_EXPIRED');
    }
    throw refused();
  }

  private async keyOf(id: string | undefined): Promise<KeyObject> {
    const age = performance.now() - this.readAt;
    const known = id === undefined ? undefined : this.keys.get(id);
    if (known && age < keysMs) return known;
    if (age >= againMs) await this.readKeys(known !== undefined);
    const found = id === undefined ? undefined : this.keys.get(id);
    if (!found) throw refused();
    return found;
  }

  /** One at a time. `spare`: there is a key that may be used while they cannot be read. Throws UNAVAILABLE. */
  private async readKeys(spare: boolean): Promise<void> {
    this.reading ??= this.fetchKeys().finally(() => {
      this.reading = undefined;
    });
    try {
      await this.reading;
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message },
        'the keys of the host app could not be read',
      );
      if (!spare) throw new Refusal('UNAVAILABLE', 'The keys of the host app cannot be read');
    }
  }

  private async fetchKeys(): Promise<void> {
    const answer = await fetch(this.deps.settings.jwksUrl, {
      signal: AbortSignal.timeout(answerMs),
      redirect: 'error',
    });
    if (!answer.ok) throw new Error(`the host app answered ${answer.status}`);
    const text = await answer.text();
    if (text.length > answerBytes)
      throw new Error(`the answer has more than ${answerBytes} letters`);
    const { keys = [] } = JSON.parse(text) as { keys?: (JsonWebKey & { kid?: string })[] };
    const found = keys.flatMap((jwk) => keyIn(jwk));
    this.keys = new Map(found);
    this.readAt = performance.now();
  }
}

function keyIn(jwk: JsonWebKey & { kid?: string }): [string, KeyObject][] {
  if (jwk.kid === undefined || !['EC', 'RSA'].includes(jwk.kty ?? '')) return [];
  try {
    return [[jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]];
  } catch {
    // One that this version of Node does not know leaves the others alone.
    return [];
  }
}

function read(token: string): { header: jwt.JwtHeader; payload: jwt.JwtPayload } | null {
  try {
    const decoded = jwt.decode(token, { complete: true });
    return decoded && typeof decoded.payload === 'object' && decoded.payload !== null
      ? { header: decoded.header, payload: decoded.payload }
      : null;
  } catch {
    return null;
  }
}

const refused = () => new Refusal('UNAUTHENTICATED', 'The token is not valid');
