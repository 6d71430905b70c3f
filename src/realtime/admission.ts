import type { IncomingMessage } from 'node:http';
import { Handshake, Refusal, protocol, check, refusalFields } from '../contract/index.js';
import type { Context } from '../context.js';
import { refusalOf } from '../platform/mongo.js';
import { tooLarge } from './frames.js';
import type { Guard } from './sessions.js';
import type { HaggleSocket } from './socket-door.js';
import { terminate } from './terminate.js';

/** Of so many origins it is remembered that their refusal was logged. */
const loggedMax = 1_000;

/**
 * Which browsers may open a WebSocket: CORS does not protect one, so the Origin is compared here, exactly. The page
 * that this server serves is always allowed; a native client sends no Origin and is judged by its token. The first
 * refusal of each origin is logged, for the page itself is told nothing.
 */
export function originCheck({
  config,
  log,
  metrics,
}: Pick<Context, 'config' | 'log' | 'metrics'>): (request: IncomingMessage) => boolean {
  const allowed = new Set(config.origins);
  const logged = new Set<string>();
  return ({ headers: { origin, host } }) => {
    if (origin === undefined || allowed.has(origin)) return true;
    if (host !== undefined && (origin === `http://${host}` || origin === `https://${host}`))
      return true;
    metrics.originsRefused.inc();
    const seen = origin.slice(0, 200);
    if (!logged.has(seen) && logged.size < loggedMax) {
      logged.add(seen);
      log.warn(
        { origin: seen, host: host?.slice(0, 200) },
        'a WebSocket was refused for its origin: list it in ORIGINS if the page is yours, or let the proxy pass on the Host that browsers send',
      );
    }
    return false;
  };
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

/** Checks who connects; a `connect_error` says why not, in the contract's form. It runs before the namespace, so that nobody is in any room before. */
export function admit({ lifecycle, log }: Context, guard: Guard) {
  return (socket: HaggleSocket, next: (error?: Error) => void): void => {
    identify(guard, socket).then(
      () => {
        // Cut off and not refused, for the same reason as in `turnAway`.
        if (lifecycle.phase === 'leaving') terminate(socket);
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
  const { userId, sessionId, expiresAt, keyId } = await guard.identify(handshake.token);
  socket.data.actor = { userId, sessionId, socketId: socket.id };
  Object.assign(socket.data, { expiresAt, keyId });
}
