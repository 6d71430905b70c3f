import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf, retryAfterSeconds, type Refusal } from '../contract/index.js';

/**
 * Answers a WebSocket handshake that this node does not take, in place of Engine.IO, whose answer is 400 for everything.
 * It sends no `connect_error`: clients stop after one,
 * but after a failed handshake they try again, or a proxy does at another node.
 */
export function turnAway(socket: Duplex, refusal: Refusal): void {
  const { status } = problemOf(refusal);
  const seconds = retryAfterSeconds(refusal);
  const body = JSON.stringify({ code: refusal.code, message: refusal.message });
  socket.on('error', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      ...(seconds === undefined ? [] : [`Retry-After: ${seconds}`]),
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
