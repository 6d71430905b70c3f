import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { Refusal, limits } from '../contract/index.js';
import type { Context } from '../context.js';

/** RFC 6238 with the values that every authenticator app takes: SHA-1, six digits, a new code each 30 s. */
const stepMs = 30_000;
/** Codes of this many steps before and after now are taken: clocks differ, and people type. */
const leeway = 1;
/** A code that was shown is good for so long in that browser. */
const shownSeconds = 12 * 3600;
const cookieName = 'haggle_operator';

export type SecondFactor = ReturnType<typeof createSecondFactor>;

/**
 * The second factor of operators (`ADMIN_SECOND_FACTORS`): a code of an authenticator app beside the password. Who has
 * shown one gets a cookie. It holds no secret and needs no store: a MAC under what only the settings know, so that all
 * nodes agree, and another password or secret voids it. The cookie alone lets nobody in.
 */
export function createSecondFactor({ config, quotas, clock }: Context) {
  const { operators, secondFactors } = config;
  const wrongCodes = quotas.failures('admin-code', {
    limit: limits.loginsPerEmail,
    seconds: limits.loginWindowSeconds,
  });
  /** A code is taken once, on all nodes together. */
  const takeStep = quotas.window('admin-code-step', {
    limit: 1,
    seconds: ((2 * leeway + 1) * stepMs) / 1_000,
  });
  const seal = (name: string, until: string): Buffer => {
    const secrets = `${name}:${operators.get(name)}:${secondFactors.get(name)}`;
    const key = createHash('sha256').update(secrets).digest();
    return createHmac('sha256', key).update(`${name}~${until}`).digest();
  };
  return {
    /** Whether this operator has to show a code, and has not in this browser. */
    isMissing(name: string, request: Request): boolean {
      if (!secondFactors.has(name)) return false;
      const [, until = '', mac = ''] =
        new RegExp(`(?:^|; )${cookieName}=(\\d{1,12})~([\\w-]{43})(?:;|$)`).exec(
          request.get('cookie') ?? '',
        ) ?? [];
      const given = Buffer.from(mac, 'base64url');
      const right = seal(name, until);
      const isRight = given.length === right.length && timingSafeEqual(given, right);
      return !isRight || Number(until) * 1_000 <= clock().getTime();
    },

    /**
     * The cookie for who shows a code of now: its name, value and life in ms. Throws UNAUTHENTICATED for a code that is
     * wrong or was shown before, and RATE_LIMITED after too many.
     */
    async show(name: string, code: string) {
      await wrongCodes.mustBeOpen(name);
      const now = Math.floor(clock().getTime() / stepMs);
      const steps = Array.from({ length: 2 * leeway + 1 }, (_, index) => now - leeway + index);
      const secret = fromBase32(secondFactors.get(name) ?? '');
      const step = steps.find((one) => secret.length > 0 && codeAt(secret, one) === code);
      try {
        if (step === undefined) throw wrong();
        await takeStep(`${name}:${step}`);
      } catch {
        await wrongCodes.failed(name);
        throw wrong();
      }
      const until = String(Math.floor(clock().getTime() / 1_000) + shownSeconds);
      const value = `${until}~${seal(name, until).toString('base64url')}`;
      return { name: cookieName, value, maxAge: shownSeconds * 1_000 };
    },
  };
}

const wrong = () => new Refusal('UNAUTHENTICATED', 'The code is wrong, or was used before');

/** The code of one step, by RFC 4226: an HMAC of its number, cut to six digits. */
export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1)! & 0xf) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Five bits a letter (RFC 4648), as authenticator apps write secrets; what does not fill a byte is left out. */
export function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}
