import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';

/** What is needed of the file that Google's console gives for a service account. */
export const ServiceAccount = z.object({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().includes('PRIVATE KEY'),
  private_key_id: z.string().optional(),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

/** The token service does not know the account, or not any more: asking again changes nothing. */
export class AccountRefused extends Error {
  constructor(status: number) {
    super(`the token service answered ${status}`);
    this.name = 'AccountRefused';
  }
}

const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const Token = z.object({ access_token: z.string().min(1), expires_in: z.number() });
/** Asked for so long before the old one runs out. */
const aheadMs = 5 * 60_000;

/**
 * Access tokens for a service account (RFC 7523), from the address that its file names. The library's own `cert`
 * (13.10.0) knows Google's address only, takes no agent for it, asks for rights on much more than messages, and keeps a
 * token until it runs out, whatever becomes of it.
 */
export class AccessTokens {
  private token: { value: string; until: number } | undefined;
  private asking: Promise<string> | undefined;

  constructor(
    private readonly account: ServiceAccount,
    private readonly deadlineMs: number,
  ) {}

  /** Rejects with {@link AccountRefused}, or when the token service is out of reach. */
  async current(): Promise<string> {
    if (this.token && this.token.until > Date.now()) return this.token.value;
    // Whoever comes meanwhile waits for the same one.
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  /** A token was refused before its time: from now on there is another one. */
  drop(refused: string): void {
    if (this.token?.value === refused) this.token = undefined;
  }

  private async ask(): Promise<string> {
    const { account } = this;
    const assertion = jwt.sign({ scope }, account.private_key, {
      algorithm: 'RS256',
      expiresIn: '1h',
      jwtid: randomUUID(),
      issuer: account.client_email,
      audience: account.token_uri,
      ...(account.private_key_id ? { keyid: account.private_key_id } : {}),
    });
    const answer = await fetch(account.token_uri, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion,
      }),
      signal: AbortSignal.timeout(this.deadlineMs),
    });
    const { status } = answer;
    if ([400, 401, 403, 404].includes(status)) throw new AccountRefused(status);
    if (!answer.ok) throw new Error(`the token service answered ${status}`);
    const { access_token: value, expires_in: seconds } = Token.parse(await answer.json());
    this.token = { value, until: Date.now() + seconds * 1_000 - aheadMs };
    return value;
  }
}
