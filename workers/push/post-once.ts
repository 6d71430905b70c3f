import http from 'node:http';
import https from 'node:https';
import { readRetryAfter } from '../../src/platform/retry-after.js';

export interface Posted {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
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
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > answerBytes) outgoing.destroy(new Error('the answer is too long'));
      });
      answer.on('end', () =>
        finish(() => {
          const { statusCode: status = 0, headers } = answer;
          resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
        }),
      );
      answer.on('error', fail);
    });
    const inTime = endAt(deadlineMs, (late) => outgoing.destroy(late));
    const finish = (then: () => void) => {
      inTime();
      then();
    };
    const fail = (error: Error) => finish(() => reject(error));
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

/**
 * Calls `end` after `ms`, unless what this answers with is called before. A process that stood still finds its timers
 * due before it has read what came meanwhile: so one turn of the loop lies in between, in which an answer wins.
 */
export function endAt(ms: number, end: (late: Error) => void): () => void {
  let over = false;
  const timer = setTimeout(
    () => setImmediate(() => over || end(new Error(`no answer in ${ms} ms`))),
    ms,
  );
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/** Longest pause that a provider may ask for. */
const longestPauseMs = 3_600_000;

/** How long a `Retry-After` is obeyed, or `fallbackMs` without a usable one. */
export function retryAfterMs(value: string | undefined, now: number, fallbackMs: number): number {
  const ms = readRetryAfter(value, now);
  return ms === undefined ? fallbackMs : Math.min(Math.max(ms, 1_000), longestPauseMs);
}
