import type { ClientRequest, IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { retryAfterMs } from './post-once.js';

/** Of the undocumented, long-standing interface between a request and its agent. */
interface AgentWithRequests {
  addRequest(request: ClientRequest, options: object): void;
}

/**
 * Carries what firebase-admin sends: over connections that are kept, to another address when one is set, each request
 * with a deadline. It also sees to what the library (13.10.0) overlooks: an answer that breaks off never settles its
 * promise, and `Retry-After` is dropped.
 */
export class FcmAgent extends https.Agent {
  /** Until when the service asked to be left alone, in milliseconds. */
  private pausedUntil = 0;

  constructor(
    private readonly options_: {
      /** Instead of Google's; undefined: those. */
      url: URL | undefined;
      deadlineMs: number;
    },
  ) {
    // How many are open at once is up to the guard; those that rest between two batches are worth keeping.
    super({ keepAlive: true, maxFreeSockets: 2_048 });
  }

  /** What is left of the pause that the service asked for, or `fallbackMs` when it named none. */
  pauseMs(fallbackMs: number): number {
    return Math.max(this.pausedUntil - Date.now(), 0) || fallbackMs;
  }

  override createConnection(...given: Parameters<https.Agent['createConnection']>) {
    const { url } = this.options_;
    if (!url) return super.createConnection(...given);
    const to = {
      host: url.hostname,
      port: Number(url.port) || (url.protocol === 'http:' ? 80 : 443),
    };
    return url.protocol === 'http:'
      ? connectPlain(to)
      : connectSecurely({ ...to, servername: url.hostname });
  }

  addRequest(request: ClientRequest, options: object): void {
    const { deadlineMs } = this.options_;
    const deadline = setTimeout(
      () => request.destroy(new Error(`no answer in ${deadlineMs} ms`)),
      deadlineMs,
    );
    request.once('close', () => clearTimeout(deadline));
    request.once('response', (response) => {
      this.note(response);
      response.once('error', (error) => request.emit('error', error));
    });
    (https.Agent.prototype as unknown as AgentWithRequests).addRequest.call(this, request, options);
  }

  private note({ statusCode, headers }: IncomingMessage): void {
    if (statusCode !== 429 && statusCode !== 503) return;
    const now = Date.now();
    const ms = retryAfterMs(headers['retry-after'], now, 0);
    if (ms > 0) this.pausedUntil = Math.max(this.pausedUntil, now + ms);
  }
}
