import type { GatewayContext } from '../context.js';
import { Departures } from './departures.js';
import type { HaggleServer, HaggleSocket, SocketDoor } from './socket-door.js';

/** More than this many times the mean is more than a node's share. */
const tooMany = 1.2;
/** Fewer than so many above the mean are not worth a move. */
const worthMoving = 10;
/** So many are asked to move in a second. */
const movesPerSecond = 10;
/** The counts of all nodes are told so often within the time after which one acts. */
const tellsPerWait = 6;
/** A node that is not heard of for so many tells is gone. */
const goneAfterTells = 3;
/** A node whose sockets come back to it waits twice as long each time, up to this many times. */
const waitMost = 32;

/**
 * Evens out the sockets of all gateways. After a roll-out the gateway that was replaced last has none, and it would stay
 * so, for sockets never move by themselves. Gateways tell each other how many they have; one that has had more than its
 * share for a while asks what is above the mean to connect again. Where they end up is up to the proxy.
 */
export class Balance {
  private readonly others = new Map<string, { sockets: number; at: number }>();
  private readonly departures: Departures;
  private readonly timer: NodeJS.Timeout | undefined;
  private aboveSince: number | undefined;
  private waits = 1;
  /** How many there were when some were last asked to move, and how many were asked. */
  private last: { sockets: number; asked: number } | undefined;

  constructor(
    private readonly context: GatewayContext,
    private readonly io: HaggleServer,
    door: SocketDoor,
  ) {
    this.departures = new Departures(door, movesPerSecond, 'balance');
    const { rebalanceMs } = context.config;
    if (rebalanceMs === undefined) return;
    context.news.on('sockets', ({ nodeId, sockets }) => {
      if (nodeId !== context.config.nodeId)
        this.others.set(nodeId, { sockets, at: performance.now() });
    });
    const tellEachMs = rebalanceMs / tellsPerWait;
    this.timer = setInterval(() => this.look(rebalanceMs, tellEachMs), tellEachMs);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(waitMs: number, tellEachMs: number): void {
    const { config, hearing, lifecycle, news } = this.context;
    if (lifecycle.phase !== 'serving' || hearing.deaf) return;
    const sockets = this.io.sockets.sockets.size;
    news.announce({ kind: 'sockets', nodeId: config.nodeId, sockets });

    const now = performance.now();
    for (const [nodeId, { at }] of this.others)
      if (now - at > goneAfterTells * tellEachMs) this.others.delete(nodeId);
    const all = [sockets, ...[...this.others.values()].map((other) => other.sockets)];
    const mean = all.reduce((sum, count) => sum + count) / all.length;
    const above = Math.floor(sockets - mean);
    if (sockets <= tooMany * mean || above < worthMoving) {
      this.aboveSince = undefined;
      this.last = undefined;
      this.waits = 1;
      return;
    }
    this.aboveSince ??= now;
    if (now - this.aboveSince < this.waits * waitMs) return;
    const inVain = this.last && this.last.sockets - sockets < this.last.asked / 2;
    this.waits = inVain ? Math.min(this.waits * 2, waitMost) : 1;
    this.last = { sockets, asked: above };
    this.aboveSince = undefined;
    this.move(above);
  }

  private move(count: number): void {
    const asked = anyOf([...this.io.sockets.sockets.values()], count);
    this.context.log.info({ sockets: asked.length }, 'sockets are asked to move');
    this.context.metrics.socketsMoved.inc(asked.length);
    for (const socket of asked) this.departures.add(socket);
  }
}

/** So many of them, drawn by lot. */
function anyOf(sockets: HaggleSocket[], count: number): HaggleSocket[] {
  for (let index = 0; index < count; index += 1) {
    const other = index + Math.floor(Math.random() * (sockets.length - index));
    [sockets[index], sockets[other]] = [sockets[other]!, sockets[index]!];
  }
  return sockets.slice(0, count);
}
