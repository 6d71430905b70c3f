import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Handshake, Refusal, protocol, check, refusalFields } from '../contract/index.js';
import type { Context } from '../context.js';
import { refusalOf } from '../platform/mongo.js';
import { tooLarge } from './frames.js';
import type { Guard } from './sessions.js';
import type { HaggleSocket } from './socket-door.js';
import { terminate } from './terminate.js';

/**
 * Which browsers may open a WebSocket: CORS does not protect one, so the Origin is compared here, exactly. The page
 * that this server serves is always allowed; a native client sends no Origin and is judged by its token.
 */
export function originAllowed(request: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (origins.includes(origin)) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** Tells a client what it should have done; all clients show the answer, or pass it on. */
const transportAdvice =
  'Transport unknown: this server takes WebSocket only, set the transports of the client to ["websocket"]';

const noUpgradeAdvice =
  'Bad request: connect by WebSocket, this request asks for no upgrade to one';

/** For a client before Socket.IO 3, or another program. */
export const versionAdvice =
  'Unsupported protocol version: this server speaks Engine.IO 4, that is Socket.IO 3 and 4';

/**
 * Checked before the upgrade: Engine.IO checks after it, when an HTTP answer is no longer possible. Engine.IO has
 * parsed the query.
 */
export const speaksRevision4 = (request: IncomingMessage): boolean =>
  (request as { _query?: { EIO?: unknown } })._query?.EIO === '4';

/** Engine.IO takes the text of its answer from the context of the error. */
export function adviseOn({ code, context }: { code: number; context?: { name?: string } }): void {
  const transportUnknown = 0;
  if (code === transportUnknown) Object.assign(context ?? {}, { message: transportAdvice });
  else if (context?.name === 'TRANSPORT_HANDSHAKE_ERROR')
    Object.assign(context, { message: noUpgradeAdvice });
}

/**
 * Answers a WebSocket handshake while this node ends. It sends no `connect_error`: clients stop after one, but after a
 * failed handshake they try again, or a proxy does at another node.
 */
export function turnAway(socket: Duplex): void {
  const refusal = new Refusal('DRAINING');
  const body = JSON.stringify({ code: refusal.code, message: refusal.message });
  socket.on('error', () => socket.destroy());
  socket.end(
    [
      'HTTP/1.1 503 Service Unavailable',
      'Connection: close',
      'Retry-After: 1',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** Checks who connects; a `connect_error` says why not, in the contract's form. It runs before the namespace, so that nobody is in any room before. */
export function admit({ lifecycle, log }: Context, guard: Guard) {
  return (socket: HaggleSocket, next: (error?: Error) => void): void => {
    identify(guard, socket).then(
      () => {
        // Cut off and not refused, for the same reason as in `turnAway`.
        if (lifecycle.draining) terminate(socket);
        next();
      },
      (error: unknown) => {
        const refusal = refusalOf(error, (err) =>
          log.error({ err }, 'unexpected error at the handshake'),
        );
        next(Object.assign(new Error(refusal.message), { data: refusalFields(refusal) }));
      },
    );
  };
}

async function identify(guard: Guard, socket: HaggleSocket): Promise<void> {
  const auth = socket.handshake.auth as unknown;
  if (auth === tooLarge) throw new Refusal('PAYLOAD_TOO_LARGE');
  // An `auth` without a token is told to sign in; a value that is no `auth` at all is told so.
  const isAuth = typeof auth === 'object' && !Array.isArray(auth);
  const { token } = (isAuth ? (auth ?? {}) : { token: auth }) as { token?: unknown };
  if (isAuth && (typeof token !== 'string' || token === '')) throw new Refusal('UNAUTHENTICATED');
  const handshake = check(Handshake, auth, '');
  if ((handshake.protocol ?? protocol) !== protocol)
    throw new Refusal('PROTOCOL_UNSUPPORTED', `This server speaks protocol ${protocol}`);
  const { userId, sessionId, expiresAt } = await guard.identify(handshake.token);
  socket.data.actor = { userId, sessionId, socketId: socket.id };
  socket.data.expiresAt = expiresAt;
}
