import http from 'node:http';
import https from 'node:https';
import { readRetryAfter } from '../../src/platform/retry-after.js';

export interface Posted {
  status: number;
  headers: http.IncomingHttpHeaders;
}

/** So much of an answer is read at most; nobody needs more of it. */
const answerBytes = 64 * 1024;

/**
 * One POST, one try, no redirect. Rejects when the answer has not come whole by the deadline: a push service then may
 * have taken it or not. (web-push's own sending never ends when an answer breaks off.)
 */
export function postOnce(
  url: URL,
  options: {
    headers: http.OutgoingHttpHeaders;
    body: Buffer;
    agent: http.Agent | https.Agent;
    deadlineMs: number;
  },
): Promise<Posted> {
  const { headers, body, agent, deadlineMs } = options;
  const { request } = url.protocol === 'http:' ? http : https;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers, agent }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > answerBytes) outgoing.destroy(new Error('the answer is too long'));
      });
      answer.on('end', () =>
        finish(() => resolve({ status: answer.statusCode ?? 0, headers: answer.headers })),
      );
      answer.on('error', fail);
    });
    const deadline = setTimeout(
      () => outgoing.destroy(new Error(`no answer in ${deadlineMs} ms`)),
      deadlineMs,
    );
    const finish = (then: () => void) => {
      clearTimeout(deadline);
      then();
    };
    const fail = (error: Error) => finish(() => reject(error));
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

/** Longest pause that a provider may ask for. */
const longestPauseMs = 3_600_000;

/** How long a `Retry-After` is obeyed, or `fallbackMs` without a usable one. */
export function retryAfterMs(value: string | undefined, now: number, fallbackMs: number): number {
  const ms = readRetryAfter(value, now);
  return ms === undefined ? fallbackMs : Math.min(Math.max(ms, 1_000), longestPauseMs);
}
