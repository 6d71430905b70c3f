import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createHaggleClient, type HaggleClient, type RoomHandle } from '../../../client/index.js';
import type { Listing, Message, Offer } from '../../../client/contract-types.js';
import { createMarketApi, type MarketApi } from '../../../client/market.js';
import { around, burstMost, chances, conversationsMost, pace, radiusKm } from './pace.js';
import type { Stretch, Tally } from './tally.js';

/** The longest wait (ms) until a device that comes is up to date. */
const liveWithinMs = 20_000;

const words =
  'Is it still available? I could come at six. Would you take a little less? It looks good to me. Where shall we meet?';

export interface PersonOptions {
  url: string;
  /** Undefined: the person signs up. */
  token: string | undefined;
  near: { latitude: number; longitude: number };
  tally: Tally;
  /** The connected device of a person of this process, by user id. */
  deviceOf: (userId: string) => Stretch | undefined;
}

/** One simulated person, who buys and sells with one device of the client library. */
export class Person {
  userId: string | undefined;
  stretch: Stretch | undefined;
  private readonly client: HaggleClient;
  private readonly market: MarketApi;
  private visiting = false;
  private leaving = new AbortController();
  private wanted = false;
  private living: Promise<void> = Promise.resolve();
  private opened = 0;
  private readonly offered = new Set<string>();

  constructor(private readonly options: PersonOptions) {
    const { token, tally } = options;
    this.client = createHaggleClient({
      url: options.url,
      ...(token === undefined ? {} : { getToken: () => Promise.resolve(token) }),
      fetch: (input, init) => this.fetches(input, init),
    });
    this.market = createMarketApi(this.client);
    this.client.on('message', (message) => this.hears(message));
    this.client.on('error', (error) => tally.failed('client', error));
    this.client.state.subscribe(() => this.stateChanged());
  }

  /** Signs up where that is needed, and lists the first thing. Rejects with why it could not. */
  async movesIn(): Promise<void> {
    if (this.options.token === undefined) {
      const me = await this.client.signUp({
        email: `${randomUUID()}@loadtest.example`,
        password: randomUUID(),
        nickname: 'Visitor',
      });
      this.userId = me.id;
      this.client.disconnect();
    } else this.userId = (await this.market.getMe()).id;
    await this.lists();
  }

  /** Visits again and again, from `afterMs` on, until `goes`. */
  comes(afterMs: number): void {
    if (this.wanted) return;
    this.wanted = true;
    this.leaving = new AbortController();
    this.living = this.lives(afterMs);
  }

  /** Resolves when the person is offline. */
  async goes(): Promise<void> {
    this.wanted = false;
    this.leaving.abort();
    await this.living;
  }

  get isWanted(): boolean {
    return this.wanted;
  }

  private async lives(afterMs: number): Promise<void> {
    await this.waits(afterMs);
    while (this.wanted) {
      await this.visits();
      if (this.wanted) await this.waits(around(pace.awayMs));
    }
  }

  private async visits(): Promise<void> {
    this.visiting = true;
    this.client.connect();
    if (await this.isUpToDate()) {
      this.answersWhatWaits();
      const until = performance.now() + around(pace.visitMs);
      while (this.wanted && this.visiting && performance.now() < until)
        await this.browses().catch(async (error: unknown) => {
          this.options.tally.failed('browse', error);
          await this.waits(around(pace.lookMs));
        });
    }
    this.visiting = false;
    this.breaks();
    this.client.disconnect();
  }

  /** False, and an error is counted, when the device did not become live in time. */
  private async isUpToDate(): Promise<boolean> {
    const deadline = performance.now() + liveWithinMs;
    while (this.wanted && performance.now() < deadline) {
      if (this.stretch) return true;
      await this.waits(100);
    }
    if (this.wanted) this.options.tally.error('not connected in time');
    return false;
  }

  private stateChanged(): void {
    const { phase } = this.client.state.snapshot();
    if (phase === 'live') this.stretch ??= { client: this.client, live: true };
    else if (phase === 'waiting' || phase === 'signedOut') {
      this.breaks();
      if (this.visiting) this.options.tally.error(`cut off (${phase})`);
    }
  }

  private breaks(): void {
    if (this.stretch) this.stretch.live = false;
    this.stretch = undefined;
  }

  /** One round through the feed. */
  private async browses(): Promise<void> {
    const { near } = this.options;
    const page = await this.market.listListings({ near, radiusKm });
    await this.waits(around(pace.lookMs));
    if (page.nextCursor && Math.random() < chances.nextPage) {
      await this.market.listListings({ near, radiusKm, cursor: page.nextCursor });
      await this.waits(around(pace.lookMs));
    }
    const chosen = page.items[Math.floor(Math.random() * page.items.length)];
    if (!chosen || !this.wanted) return;
    const listing = await this.market.getListing(chosen.id);
    await this.waits(around(pace.lookMs));
    if (listing.abilities.contact && this.wanted && Math.random() < chances.contact)
      await this.contacts(listing);
  }

  private async contacts(listing: Listing): Promise<void> {
    if (this.opened >= conversationsMost) return;
    this.opened += 1;
    const room = await this.client.open({ listingId: listing.id });
    await this.chats(room, listing.seller.id);
    if (listing.abilities.offer && !this.offered.has(listing.id) && Math.random() < chances.offer) {
      this.offered.add(listing.id);
      await this.waits(around(pace.typeMs));
      if (this.wanted) await room.makeOffer(nearly(listing.price, 0.8));
    }
  }

  /** A burst of messages, one after another. */
  private async chats(room: RoomHandle, to: string): Promise<void> {
    const count = 1 + Math.floor(Math.random() * burstMost);
    for (let sent = 0; sent < count && this.wanted && this.visiting; sent += 1) {
      if (sent > 0) await this.waits(around(pace.typeMs));
      if (this.stretch) await this.says(room, to);
    }
  }

  private async says(room: RoomHandle, to: string): Promise<void> {
    const { tally, deviceOf } = this.options;
    const mark = tally.sends(room.id, deviceOf(to));
    const from = Math.floor(Math.random() * 40);
    try {
      await room.send({ text: `${mark} ${words.slice(from, from + 70)}` }).done;
      tally.acknowledged(mark);
    } catch (error) {
      tally.refused(mark, error);
    }
  }

  private hears(message: Message): void {
    if (message.senderId) void this.reacts(message);
  }

  /** What came while the person was away. */
  private answersWhatWaits(): void {
    for (const { unread, lastMessage } of this.client.conversations.snapshot())
      if (unread > 0 && lastMessage?.senderId) void this.reacts(lastMessage);
  }

  /** Reads, and may answer. Does nothing any more once the person has left. */
  private async reacts(message: Message): Promise<void> {
    const { stretch } = this;
    await this.waits(around(pace.answerMs));
    if (!stretch?.live) return;
    const room = this.client.room(message.conversationId);
    const { log } = room.snapshot();
    // Of several messages in a row the last one is answered.
    if (log.at(-1)?.seq !== message.seq) return;
    room.markRead(message.seq);
    try {
      if (message.offer) await this.haggles(room, message.offer.id);
      else if (message.kind === 'text' && Math.random() < chances.answer)
        await this.chats(room, message.senderId!);
    } catch (error) {
      this.options.tally.failed('answer', error);
    }
  }

  private async haggles(room: RoomHandle, offerId: string): Promise<void> {
    const offer = room.snapshot().offers.get(offerId);
    if (!offer) return;
    const side = offer.sellerId === this.userId ? 'seller' : 'buyer';
    if (offer.state === 'accepted') return this.handsOver(offer);
    if (offer.turn !== side) return;
    const chance = Math.random();
    if (side === 'buyer' || chance < chances.accept)
      return this.handsOver(await room.acceptOffer(offer));
    if (chance < chances.accept + chances.counter && offer.moves.length === 1)
      await this.market.counterOffer(offer, nearly(offer.amount, 1.1), randomUUID());
    else await room.declineOffer(offer);
  }

  /** The seller ends the deal, and lists something new. */
  private async handsOver({ dealId, sellerId }: Offer): Promise<void> {
    if (!dealId || sellerId !== this.userId) return;
    await this.waits(around(pace.answerMs));
    if (!this.wanted) return;
    await this.market.completeDeal(dealId, { clientMessageId: randomUUID() });
    await this.lists();
  }

  private async lists(): Promise<void> {
    await this.market.createListing(
      {
        title: 'Bicycle with a basket',
        description: 'Ridden at weekends, kept inside, with a lock and two lights.',
        price: 100_000,
        category: 'sports',
        location: this.options.near,
      },
      randomUUID(),
    );
  }

  private async fetches(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    const since = performance.now();
    const answer = await fetch(input, init);
    this.options.tally.request(performance.now() - since);
    return answer;
  }

  /** Ends early when the person is to go. */
  private async waits(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.leaving.signal }).catch(() => undefined);
  }
}

/** A share of a price, in whole steps of offers. */
const nearly = (price: number, share: number): number =>
  Math.round((price * share) / 1_000) * 1_000;
