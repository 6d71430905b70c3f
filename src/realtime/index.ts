import type { Server } from 'node:http';
import type { GatewayContext } from '../context.js';
import type { Entry } from '../domain/entry.js';
import { Presence } from './presence.js';
import { Backlogs } from './backlogs.js';
import { Balance } from './balance.js';
import { Beacon, type InboxReader } from './beacon.js';
import { DeafTail, type LogReader, type Telling } from './deaf-tail.js';
import { drainSockets } from './drain.js';
import { createFanOut } from './fan-out.js';
import { Handshakes } from './handshakes.js';
import { ListingWatch, type ListingQuestions } from './listing-watch.js';
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
  listings: ListingQuestions;
  knownAs: KnownAs;
  /** Called when somebody connected with this sign-in. */
  sessionSeen: (sessionId: string) => void;
}

/** Builds everything about sockets; `fanOut` tells people. Nobody is let in before `open`. */
export function createRealtime(context: GatewayContext, http: Server) {
  const { config, subscriber, news, hearing, lifecycle } = context;
  const handshakes = new Handshakes(config);
  const backlogs = new Backlogs(context);
  const { io, roomIsLive, subscribed } = createSocketServer(context, http, {
    backlogs,
    handshakes,
  });
  const presence = new Presence(context);
  return {
    fanOut: createFanOut({ io, probe: hearing, presence }),
    /** Lets people in, once the server listens. Resolves when this node hears what others publish. */
    async open({
      door,
      guard,
      conversations,
      listings,
      knownAs,
      sessionSeen,
    }: Above): Promise<void> {
      presence.seen.on(conversations.noteSeen);
      const live = new LiveSessions(context, guard);
      const watch = new PresenceWatch(context, conversations.presence, live);
      const tail = new DeafTail(context, {
        messages: conversations.messages,
        tellings: (entry) => conversations.tellEntry(entry, knownAs),
        live,
        subscribed,
      });
      const beacon = new Beacon(context, { inbox: conversations.inbox, presence, live });
      const listingWatch = new ListingWatch(context, listings);
      const balance = new Balance(context, io, door);
      watch.mount(door);
      listingWatch.mount(door);
      openNamespace(context, {
        io,
        roomIsLive,
        door,
        handshakes,
        guard,
        presence,
        live,
        watch,
        listingWatch,
        tail,
        seen: sessionSeen,
      });
      await news.listen(subscriber);
      await hearing.start();
      beacon.start();
      lifecycle.onStop('realtime', async () => {
        hearing.close();
        tail.close();
        beacon.close();
        balance.close();
        watch.close();
        listingWatch.close();
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
