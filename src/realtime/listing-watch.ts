import { Refusal, type view } from '../contract/index.js';
import { tradeLimits } from '../contract/trade-limits.js';
import type { GatewayContext } from '../context.js';
import type { Actor } from '../platform/actor.js';
import type { HaggleSocket, SocketDoor } from './socket-door.js';

/** Changes of one listing within this time are shown as one. */
const gatherMs = 100;

/** Says who may look at which listing, and shows it. The slice above implements it. */
export interface ListingQuestions {
  /** Throws NOT_FOUND. */
  mustSeeAll: (actor: Actor, listingIds: string[]) => Promise<void>;
  toPeople: (listingId: string, userIds: readonly string[]) => Promise<Map<string, view.Listing>>;
}

/**
 * Keeps who looks at which listing on this node, and shows them each change of it. All nodes hear of all changes, which
 * are few beside messages; a node where nobody looks reads nothing.
 */
export class ListingWatch {
  private readonly watchers = new Map<string, Set<HaggleSocket>>();
  private readonly bySocket = new WeakMap<HaggleSocket, Set<string>>();
  /** Listings that changed and are not shown yet. */
  private readonly changed = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: GatewayContext,
    private readonly questions: ListingQuestions,
  ) {
    context.news.on('listingChanged', ({ listingId }) => {
      if (!this.watchers.has(listingId)) return;
      this.changed.add(listingId);
      this.timer ??= setTimeout(() => void this.showChanged(), gatherMs);
    });
  }

  mount(door: SocketDoor): void {
    door.on('listing:watch', async (actor, { listingIds }, socket) => {
      await this.watch(actor, socket, [...new Set(listingIds)]);
      return {};
    });
    door.on('listing:unwatch', (_actor, { listingIds }, socket) => {
      this.unwatch(socket, listingIds);
      return Promise.resolve({});
    });
  }

  /** Called when the socket is gone. */
  remove(socket: HaggleSocket): void {
    this.unwatch(socket, [...(this.bySocket.get(socket) ?? [])]);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private async watch(actor: Actor, socket: HaggleSocket, listingIds: string[]): Promise<void> {
    await this.questions.mustSeeAll(actor, listingIds);
    // The socket may have gone meanwhile.
    if (!socket.connected) return;
    const own = this.bySocket.get(socket) ?? new Set();
    this.bySocket.set(socket, own);
    if (new Set([...own, ...listingIds]).size > tradeLimits.listingsWatched)
      throw new Refusal(
        'VALIDATION_FAILED',
        `A socket watches ${tradeLimits.listingsWatched} listings at most`,
        { errors: [{ path: 'listingIds', message: 'are too many together' }] },
      );
    for (const listingId of listingIds) {
      own.add(listingId);
      const watchers = this.watchers.get(listingId) ?? new Set();
      this.watchers.set(listingId, watchers.add(socket));
    }
  }

  private unwatch(socket: HaggleSocket, listingIds: Iterable<string>): void {
    for (const listingId of listingIds) {
      this.bySocket.get(socket)?.delete(listingId);
      const watchers = this.watchers.get(listingId);
      watchers?.delete(socket);
      if (watchers?.size === 0) this.watchers.delete(listingId);
    }
  }

  private async showChanged(): Promise<void> {
    this.timer = undefined;
    const changed = [...this.changed];
    this.changed.clear();
    for (const listingId of changed)
      await this.show(listingId).catch((error: Error) =>
        this.context.log.warn({ listingId, reason: error.message }, 'a listing was not shown'),
      );
  }

  private async show(listingId: string): Promise<void> {
    const sockets = [...(this.watchers.get(listingId) ?? [])];
    const userIds = new Set(sockets.map(({ data }) => data.actor.userId));
    const views = await this.questions.toPeople(listingId, [...userIds]);
    for (const socket of sockets) {
      const shown = views.get(socket.data.actor.userId);
      if (!shown) continue;
      socket.emit('listing:updated', shown);
      if (shown.state === 'removed') this.unwatch(socket, [listingId]);
    }
  }
}
