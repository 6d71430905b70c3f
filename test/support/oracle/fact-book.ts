import type { ServerProcess } from '../server-process.js';
import type { TestCluster } from '../test-cluster.js';
import type { Acknowledged, Facts, Position, Sent, View } from './facts.js';
import { storedEntries } from '../log.js';

/** Where the devices of a test write down what they do and meet, until the judge reads it. */
export class FactBook {
  readonly conversations: Facts['conversations'] = [];
  private readonly sent: Sent[] = [];
  private readonly acknowledged: Acknowledged[] = [];
  private readonly acknowledgedAt: number[] = [];
  private readonly seen: Facts['seen'] = [];
  private readonly positions: Position[] = [];
  private readonly viewers: (() => View[])[] = [];

  /** Whose talk it is, of which nobody else may learn. */
  opened(conversation: { id: string; buyer: { id: string }; seller: { id: string } }): void {
    const { id, buyer, seller } = conversation;
    this.conversations.push({ id, people: [buyer.id, seller.id] });
  }

  /** Before the first try: what is sent may arrive although nobody hears of it. */
  wasSent(one: Sent): void {
    this.sent.push(one);
  }

  wasAcknowledged(one: Acknowledged): void {
    this.acknowledged.push(one);
    this.acknowledgedAt.push(performance.now());
  }

  wasSeen(one: Facts['seen'][number]): void {
    this.seen.push(one);
  }

  wasTold(one: Position): void {
    this.positions.push(one);
  }

  /** `look` is asked in the end for what the device shows. */
  shows(look: () => View[]): void {
    this.viewers.push(look);
  }

  /** How many messages the servers said yes to. */
  get acknowledgements(): number {
    return this.acknowledged.length;
  }

  /** The longest time since then in which the servers said yes to nothing, in milliseconds. */
  longestPause(since: number): number {
    const times = [since, ...this.acknowledgedAt.filter((at) => at > since), performance.now()];
    return Math.max(...times.slice(1).map((at, index) => at - times[index]!));
  }

  /** How far a conversation has come as far as anybody here knows. */
  lastAcknowledged(conversationId: string): number {
    return Math.max(
      0,
      ...this.acknowledged
        .filter((one) => one.conversationId === conversationId)
        .map(({ seq }) => seq),
    );
  }

  /** All facts, with what the servers hold now. Call when all is quiet. */
  async close(cluster: TestCluster): Promise<Facts> {
    const { conversations } = this;
    const processes = [...cluster.gateways, ...cluster.workers];
    return {
      conversations,
      // As they are before the database is read: what comes while it is may be ahead of it.
      sent: [...this.sent],
      acknowledged: [...this.acknowledged],
      seen: [...this.seen],
      positions: [...this.positions],
      views: this.viewers.flatMap((look) => look()),
      ...(await storedIn(
        cluster,
        conversations.map(({ id }) => id),
      )),
      pushes: processes.flatMap(pushesOf),
      processes: processes.map(({ name, unexpectedEnds, log }) => ({ name, unexpectedEnds, log })),
    };
  }
}

type Stored = Pick<Facts, 'log' | 'inbox' | 'acceptedOffers'>;

function storedIn(cluster: TestCluster, ids: string[]): Promise<Stored> {
  const among = { conversationId: { $in: ids } };
  return cluster.inspect(async (database) => ({
    log: (await storedEntries(database, ids)).map(
      ({ id, conversationId, senderId, clientMessageId, kind, seq, text, state, targetSeq }) => ({
        id,
        conversationId,
        senderId,
        clientMessageId,
        kind,
        seq,
        text,
        state,
        ...(targetSeq === undefined ? {} : { targetSeq }),
      }),
    ),
    inbox: await database
      .collection<Omit<Position, 'device'>>('inbox')
      .find(among, {
        projection: { _id: 0, userId: 1, conversationId: 1, deliveredSeq: 1, readSeq: 1 },
      })
      .toArray(),
    acceptedOffers: (
      await database
        .collection<{ _id: string; listingId: string }>('offers')
        .find({ ...among, state: 'accepted' })
        .toArray()
    ).map(({ _id, listingId }) => ({ listingId, offerId: _id })),
  }));
}

/** The log provider writes a line for each push that it takes. */
function pushesOf({ log }: ServerProcess): Facts['pushes'] {
  return log
    .split('\n')
    .filter((line) => line.includes('"push notification"'))
    .map((line) => JSON.parse(line) as Facts['pushes'][number]);
}
