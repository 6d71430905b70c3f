import { pino, stdSerializers, type Logger } from 'pino';
import { requestFields } from './request-scope.js';

export type { Logger } from 'pino';

/** An unchanged reason is logged again after this time. */
const sayAgainMs = 60_000;

/**
 * Logs a reason when it differs from the last one, or when some time has passed: an outage repeats one many times a
 * second.
 */
export function whenNew(say: (reason: string) => void): (reason: string) => void {
  let last = { reason: '', at: 0 };
  return (reason) => {
    const now = performance.now();
    if (reason === last.reason && now - last.at < sayAgainMs) return;
    last = { reason, at: now };
    say(reason);
  };
}

/** What could not be written waits, up to so many bytes, for the output to take it; further lines are lost. */
const unwrittenBytes = 1024 * 1024;

/** An error without the fields that libraries hang on it, and without the values that MongoDB repeats. */
function plainly(error: Error) {
  const { type, message, stack } = stdSerializers.err(error);
  const bare = (text: string) => text.replace(/dup key: \{.*?\}(?=$|\n|")/gs, 'dup key');
  const { code } = error as { code?: unknown };
  return {
    type,
    message: bare(message),
    stack: bare(stack),
    ...(code === undefined ? {} : { code }),
  };
}

/**
 * JSON lines on standard output. Logs carry ids, never tokens, passwords, addresses or what people wrote:
 * callers log ids only, and the redaction below is the net under them.
 */
export function createLogger(options: { nodeId: string; level: string; process: string }): Logger {
  const output = pino.destination({ fd: 1, sync: true, maxLength: unwrittenBytes });
  // A disk that is full (ENOSPC) or a reader that is gone must end no process: it would be an uncaught error.
  output.on('error', () => undefined);
  return pino(
    {
      level: options.level,
      mixin: requestFields,
      base: { node: options.nodeId, process: options.process },
      redact: {
        paths: ['password', 'token', 'email', 'text', '*.password', '*.token', '*.email', '*.text'],
        censor: '[redacted]',
      },
      serializers: { err: plainly },
    },
    output,
  );
}
