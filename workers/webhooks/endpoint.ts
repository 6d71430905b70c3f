import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../src/platform/clock.js';
import type { Answer } from '../../src/webhooks/index.js';
import { obeyedRetryAfter } from './pauses.js';

/** The result of one try. `gone`: the endpoint wants no events any more. */
export type TryResult =
  | { kind: 'taken' | 'gone'; answer: Answer }
  | { kind: 'failed'; answer: Answer; retryAfterMs?: number | undefined };

/** A receiver that answers later than this, in milliseconds, counts as not having taken the event. */
const timeoutMs = 10_000;

/** The team's own server, called as https://www.standardwebhooks.com describes. */
export class Endpoint {
  private readonly signers: Webhook[];

  constructor(private readonly deps: { url: string; secrets: string[]; clock: Clock }) {
    this.signers = deps.secrets.map((secret) => new Webhook(secret));
  }

  /** Makes one try. Never rejects. */
  async send(id: string, body: string): Promise<TryResult> {
    const now = this.deps.clock();
    try {
      const response = await fetch(this.deps.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Haggle-Webhooks',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
          // One signature for each secret: during a rotation a receiver may know either of them.
          'webhook-signature': this.signers.map((one) => one.sign(id, now, body)).join(' '),
        },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await drain(response);
      return this.resultOf(response);
    } catch (error) {
      return { kind: 'failed', answer: this.answer(null, reasonOf(error as Error)) };
    }
  }

  private resultOf({ ok, status, headers }: Response): TryResult {
    if (ok) return { kind: 'taken', answer: this.answer(status, 'taken') };
    if (status === 410) return { kind: 'gone', answer: this.answer(status, 'wants nothing more') };
    const redirect = status >= 300 && status < 400;
    return {
      kind: 'failed',
      answer: this.answer(status, redirect ? 'redirects are not followed' : 'refused'),
      retryAfterMs: obeyedRetryAfter(headers.get('retry-after'), this.deps.clock()),
    };
  }

  private answer(status: number | null, detail: string): Answer {
    return { at: this.deps.clock(), status, detail };
  }
}

/** Reads a short body to its end, so that the connection can be used again; gives up on a long one. */
async function drain({ body }: Response): Promise<void> {
  let left = 16_384;
  for await (const chunk of body ?? []) {
    left -= (chunk as Uint8Array).byteLength;
    if (left < 0) break;
  }
}

/** Says what failed, without the address, which may contain a secret. */
function reasonOf(error: Error): string {
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1_000} s`;
  const { code } = (error.cause ?? {}) as { code?: string };
  return `not reached (${code ?? error.name})`;
}
