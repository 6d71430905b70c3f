import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { Refusal, announcedLimits, limits, protocol } from '../contract/index.js';
import type { GatewayContext } from '../context.js';
import { inRequest } from '../platform/request-scope.js';
import { turnAway } from '../platform/turn-away.js';
import type { Presence } from './presence.js';
import { createAdapter } from './adapter.js';
import { admit, adviseOn, originCheck, speaksRevision4, versionAdvice } from './admission.js';
import type { Backlogs } from './backlogs.js';
import { roomOf } from './fan-out.js';
import { frameOnce, parser } from './frames.js';
import type { DeafTail } from './deaf-tail.js';
import type { Handshakes } from './handshakes.js';
import type { ListingWatch } from './listing-watch.js';
import { writeOnceATurn } from './one-write.js';
import type { PresenceWatch } from './presence-watch.js';
import type { Guard, LiveSessions } from './sessions.js';
import type { HaggleServer, HaggleSocket, SocketDoor } from './socket-door.js';
import { terminate, withoutCloseFrames, type Connection } from './terminate.js';

/** A connection that does not send its token within this time is cut off, as is one that stays after its goodbye. */
const connectTimeoutMs = 8_000;

/**
 * Builds the Socket.IO server. It allows WebSocket only, so it needs no sticky sessions; recovery is off, since
 * `sync:pull` replaces it.
 */
export function createSocketServer(
  context: GatewayContext,
  http: HttpServer,
  { backlogs, handshakes }: { backlogs: Backlogs; handshakes: Handshakes },
) {
  const { metrics, lifecycle } = context;
  const { adapter, ...subscriptions } = createAdapter(context);
  const originAllowed = originCheck(context);
  const io: HaggleServer = new Server(http, {
    adapter,
    transports: ['websocket'],
    serveClient: false,
    connectTimeout: connectTimeoutMs,
    maxHttpBufferSize: limits.transportFrameBytes,
    parser,
    perMessageDeflate: false,
    // Socket.IO answers only paths that begin with its path, so it adds no trailing slash and upgrades nothing else.
    addTrailingSlash: false,
    destroyUpgrade: false,
    allowRequest: (request, decide) => {
      const { phase } = lifecycle;
      // The namespace checks who connects, and is not open yet.
      try {
        if (phase === 'starting') throw new Refusal('UNAVAILABLE');
        if (phase === 'leaving') throw new Refusal('DRAINING');
        if (!speaksRevision4(request)) return decide(versionAdvice, false);
        if (!originAllowed(request)) throw new Refusal('FORBIDDEN');
        handshakes.begin(request);
        decide(null, true);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === 'UNAVAILABLE' || error.code === 'RATE_LIMITED')
          metrics.handshakesRefused.inc({ code: error.code });
        turnAway(request.socket, error);
      }
    },
  });
  io.engine.on('connection_error', adviseOn);
  withoutCloseFrames(io);
  writeOnceATurn(io);
  io.engine.on('connection', (conn: Connection) => {
    conn.on('packetCreate', frameOnce);
    backlogs.watch(conn);
  });
  return { io, ...subscriptions };
}

/**
 * Opens the namespace: checks who connects, joins the person's room, says `session:ready` once it is live, then answers
 * events.
 */
export function openNamespace(
  context: GatewayContext,
  deps: Hearable & {
    io: HaggleServer;
    door: SocketDoor;
    handshakes: Handshakes;
    guard: Guard;
    presence: Presence;
    live: LiveSessions;
    watch: PresenceWatch;
    listingWatch: ListingWatch;
    /** Called when somebody connected with this sign-in. */
    seen: (sessionId: string) => void;
  },
): void {
  const { io, door, handshakes, presence, live } = deps;
  const { metrics } = context;
  door.inTurn('session:refresh', async (_actor, payload, socket) => ({
    expiresAt: (await live.refresh(socket, payload)).toISOString(),
  }));
  const admits = admit(context, deps.guard);
  io.use((socket, next) => {
    if (!handshakes.speaks(socket.request)) {
      terminate(socket);
      // Socket.IO then drops what it keeps of it.
      return next();
    }
    // Counted like the events that follow, which begin at 1.
    inRequest(`${socket.id}-0`, () =>
      admits(socket, (refused) => {
        if (refused) handshakes.refused(socket.request);
        next(refused);
      }),
    );
  });
  io.on('connection', (socket: HaggleSocket) => {
    const { userId, sessionId } = socket.data.actor;
    handshakes.proved(socket.request);
    metrics.sockets.inc();
    socket.on('disconnect', (reason) => {
      // Clients end the connection themselves then. One that only answered pings would be held for ever, uncounted.
      if (reason === 'client namespace disconnect')
        setTimeout(() => terminate(socket), connectTimeoutMs).unref();
      live.remove(socket);
      presence.leave(userId, socket.id);
      deps.watch.remove(socket);
      deps.listingWatch.remove(socket);
      metrics.sockets.dec();
    });
    live.add(socket);
    // The session ended between the handshake and here.
    if (!socket.connected) return;
    const arrived = presence.arrive(userId, socket.id).then((count) => {
      if (count > limits.socketsPerUser)
        void live.giveWay(userId, (one) => presence.socketsOf(one));
    });
    deps.seen(sessionId);
    door.attach(socket);
    void welcome(context, deps, socket, arrived).finally(() => handshakes.greeted(socket.request));
  });
}

interface Hearable {
  roomIsLive: (room: string) => Promise<void>;
  tail: DeafTail;
}

async function welcome(
  { config, epoch, clock, log }: GatewayContext,
  deps: Hearable,
  socket: HaggleSocket,
  arrived: Promise<void>,
): Promise<void> {
  const { userId, sessionId } = socket.data.actor;
  try {
    await socket.join(roomOf(userId));
    await Promise.all([canHear(deps, roomOf(userId)), arrived]);
    socket.emit('session:ready', {
      userId,
      sessionId,
      nodeId: config.nodeId,
      protocol,
      epoch,
      serverTime: clock().toISOString(),
      limits: announcedLimits(config),
      directUploads: config.imageBucket?.publicUrl !== undefined,
    });
  } catch (error) {
    // The room is not live: cut, so that the client connects again (a `disconnect` would keep it away).
    log.warn(
      { reason: (error as Error).message },
      'a socket was cut, since it could not join its room',
    );
    terminate(socket);
  }
}

/** Resolves when what is written from now on reaches the room: over Redis, or from the log while this node is deaf. */
function canHear(deps: Hearable, room: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopWaiting = deps.tail.onceLive(resolve);
    deps.roomIsLive(room).then(resolve, reject).finally(stopWaiting);
  });
}
