import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * JSON lines on standard output. Logs carry ids, never tokens, passwords, addresses or what people wrote:
 * callers log ids only, and the redaction below is the net under them.
 */
export function createLogger(options: { nodeId: string; level: string; process: string }): Logger {
  return pino({
    level: options.level,
    base: { node: options.nodeId, process: options.process },
    redact: {
      paths: ['password', 'token', 'email', 'text', '*.password', '*.token', '*.email', '*.text'],
      censor: '[redacted]',
    },
  });
}
