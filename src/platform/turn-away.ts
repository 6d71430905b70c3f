import type { Duplex } from 'node:stream';
import { Refusal, retryAfterSeconds, type ErrorCode } from '../contract/index.js';

/**
 * Answers a WebSocket handshake that this node does not take now. It sends no `connect_error`: clients stop after one,
 * but after a failed handshake they try again, or a proxy does at another node.
 */
export function turnAway(socket: Duplex, code: ErrorCode): void {
  const refusal = new Refusal(code, undefined, { retryAfterMs: 1_000 });
  const body = JSON.stringify({ code: refusal.code, message: refusal.message });
  socket.on('error', () => socket.destroy());
  socket.end(
    [
      'HTTP/1.1 503 Service Unavailable',
      'Connection: close',
      `Retry-After: ${retryAfterSeconds(refusal)}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
