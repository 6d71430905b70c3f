import type { Server } from 'node:http';
import { limits } from '../contract/index.js';
import type { GatewayContext } from '../context.js';
import type { Entry } from '../domain/entry.js';
import { isNearby } from '../platform/config.js';
import { Presence } from './presence.js';
import { Backlogs } from './backlogs.js';
import { Beacon, type InboxReader } from './beacon.js';
import { DeafTail, type LogReader, type Telling } from './deaf-tail.js';
import { drainSockets } from './drain.js';
import { createFanOut } from './fan-out.js';
import { createGiveWay } from './give-way.js';
import { Handshakes } from './handshakes.js';
import { PresenceWatch, type PresenceQuestions } from './presence-watch.js';
import { createSocketServer, openNamespace } from './server.js';
import { LiveSessions, type Guard } from './sessions.js';
import type { SocketDoor } from './socket-door.js';

/** The id by which the sender's devices know the act of an entry. */
type KnownAs = (entry: Entry) => Promise<string>;

/** What sockets need from the slices above them. */
interface Above {
  door: SocketDoor;
  guard: Guard;
  conversations: {
    messages: LogReader;
    inbox: InboxReader;
    presence: PresenceQuestions;
    tellEntry: (entry: Entry, knownAs: KnownAs) => Promise<Telling[]>;
    /** Called when somebody was connected just now. */
    noteSeen: (userId: string) => void;
  };
  knownAs: KnownAs;
  /** Called when somebody connected with this sign-in. */
  sessionSeen: (sessionId: string) => void;
}

/** Builds everything about sockets; `fanOut` tells people. Nobody is let in before `open`. */
export function createRealtime(context: GatewayContext, http: Server) {
  const { config, publisher, subscriber, redis, news, hearing } = context;
  const { lifecycle, clock, log, metrics } = context;
  const { redisPrefix: prefix, nodeId, trustProxy } = config;
  const perAddress = isNearby(config) ? Infinity : config.handshakesPerAddress;
  const handshakes = new Handshakes({
    bounds: { perAddress, all: limits.handshakesUnderWay },
    trustProxy,
  });
  const backlogs = new Backlogs({ bounds: config.backlog, log, metrics });
  const { io, roomIsLive, subscribed } = createSocketServer({
    http,
    publisher,
    subscriber,
    prefix,
    origins: config.origins,
    backlogs,
    handshakes,
    lifecycle,
    log,
  });
  const presence = new Presence({
    redis,
    publisher,
    news,
    prefix,
    nodeId,
    leaseMs: config.presenceLeaseMs,
    hearing,
    log,
  });
  return {
    fanOut: createFanOut({ io, probe: hearing, presence }),
    /** Lets people in, once the server listens. Resolves when this node hears what others publish. */
    async open(above: Above): Promise<void> {
      const { door, guard, conversations, knownAs } = above;
      presence.seen.on(conversations.noteSeen);
      const live = new LiveSessions({ guard, news, clock, log });
      const socketsOf = live.of.bind(live);
      const watch = new PresenceWatch({
        questions: conversations.presence,
        sockets: () => io.sockets.sockets.values(),
        socketsOf,
        news,
        hearing,
        subscriber,
        prefix,
        againMs: config.presenceLeaseMs / 5,
        log,
      });
      const tail = new DeafTail({
        probe: hearing,
        messages: conversations.messages,
        tellings: (entry) => conversations.tellEntry(entry, knownAs),
        socketsOf,
        subscribed,
        log,
        metrics,
      });
      const beacon = new Beacon({
        userIds: () => presence.userIds,
        everyMs: config.reminderMs,
        inbox: conversations.inbox,
        hearing,
        socketsOf,
        log,
        metrics,
      });
      watch.mount(door);
      openNamespace({
        io,
        roomIsLive,
        door,
        handshakes,
        guard,
        presence,
        live,
        watch,
        tail,
        seen: above.sessionSeen,
        giveWay: createGiveWay({ presence, live, news, nodeId, log }),
        lifecycle,
        epoch: context.epoch,
        nodeId,
        rates: config,
        clock,
        log,
        metrics,
      });
      await news.listen(subscriber);
      await hearing.start();
      beacon.start();
      lifecycle.onStop('realtime', async () => {
        hearing.close();
        tail.close();
        beacon.close();
        watch.close();
        presence.close();
        live.close();
        await io.close();
        backlogs.close();
      });
    },
    /** Moves everybody to other nodes. */
    drain: (door: SocketDoor) => drainSockets(io, door),
  };
}
