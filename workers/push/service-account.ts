import { randomUUID } from 'node:crypto';
import type { Credential } from 'firebase-admin/app';
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

const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const Token = z.object({ access_token: z.string(), expires_in: z.number() });

/**
 * Access tokens for a service account (RFC 7523), from the address that its file names. The library's own `cert`
 * (13.10.0) knows Google's address only, takes no agent for it, and asks for rights on much more than messages. The
 * library keeps the token and asks again before it runs out.
 */
export const createCredential = (account: ServiceAccount, deadlineMs: number): Credential => ({
  async getAccessToken() {
    const assertion = jwt.sign({ scope }, account.private_key, {
      ...{ algorithm: 'RS256', expiresIn: '1h', jwtid: randomUUID() },
      ...{ issuer: account.client_email, audience: account.token_uri },
      ...(account.private_key_id ? { keyid: account.private_key_id } : {}),
    });
    const answer = await fetch(account.token_uri, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion,
      }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    // Nothing of the answer is repeated: the library puts this into its own error.
    if (!answer.ok) throw new Error(`the token service answered ${answer.status}`);
    return Token.parse(await answer.json());
  },
});
