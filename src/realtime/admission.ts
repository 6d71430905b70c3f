import type { IncomingMessage } from 'node:http';
import { Handshake, Refusal, protocol } from '../contract/index.js';
import type { Lifecycle } from '../platform/lifecycle.js';
import type { Logger } from '../platform/logger.js';
import { refusalOf } from '../platform/refusal-of.js';
import type { SessionGuard } from '../users/index.js';
import type { HaggleSocket } from './socket-door.js';

/**
 * Which browsers may open a WebSocket: CORS does not protect one, so the Origin is checked here, exactly. The page
 * that this server serves itself always may; a native client sends no Origin and is judged by its token.
 */
export function originAllowed(request: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (origins.includes(origin)) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** Who is at the door; in front of the namespace, so that nobody is in any room before. */
export function admit(deps: { guard: SessionGuard; lifecycle: Lifecycle; log: Logger }) {
  return (socket: HaggleSocket, next: (error?: Error) => void): void => {
    identify(deps, socket).then(
      () => next(),
      (error: unknown) => next(asConnectError(error, deps.log)),
    );
  };
}

async function identify(
  deps: { guard: SessionGuard; lifecycle: Lifecycle },
  socket: HaggleSocket,
): Promise<void> {
  if (deps.lifecycle.draining) throw new Refusal('DRAINING');
  const handshake = Handshake.safeParse(socket.handshake.auth);
  if (!handshake.success) {
    const { token } = socket.handshake.auth as { token?: unknown };
    throw typeof token === 'string'
      ? new Refusal('VALIDATION_FAILED', 'The handshake is not valid')
      : new Refusal('UNAUTHENTICATED');
  }
  if ((handshake.data.protocol ?? protocol) !== protocol)
    throw new Refusal('PROTOCOL_UNSUPPORTED', `This server speaks protocol ${protocol}`);
  const { userId, sessionId, expiresAt } = await deps.guard.identify(handshake.data.token);
  socket.data.actor = { userId, sessionId, socketId: socket.id };
  socket.data.expiresAt = expiresAt;
}

/** `connect_error` whose `data` says why, in the contract's form. */
function asConnectError(error: unknown, log: Logger): Error {
  const refusal = refusalOf(error, (err) =>
    log.error({ err }, 'unexpected error at the handshake'),
  );
  const { retryAfterMs } = refusal.details;
  return Object.assign(new Error(refusal.message), {
    data: {
      code: refusal.code,
      retryable: refusal.retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}
