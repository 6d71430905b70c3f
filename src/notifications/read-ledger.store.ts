import type { Connection } from 'mongoose';
import { groupBy } from '../platform/group-by.js';
import { collectionOf } from '../platform/mongo.js';
import type { Category } from './category.js';
import { decisionDays, type Decision } from './decision.js';
import type { CollectionSpec } from '../platform/store.js';

interface PageDocument {
  /** The second in which its entries were written. */
  second: Date;
  /** When the relay found them read. */
  at: Date;
  /** One line for each run of entries and recipient. */
  lines: string;
}

/** Entries of one conversation, one behind the other, that a recipient had read when the relay looked at them. */
export interface ReadRun {
  conversationId: string;
  recipientId: string;
  fromSeq: number;
  toSeq: number;
  category: Category;
  /** null: unknown, because Redis was away. */
  connected: boolean | null;
  hinted: boolean;
  /** When the first was written; all of a run were written in the same second. */
  createdAt: Date;
}

const secondOf = (time: Date) => Math.floor(time.getTime() / 1_000) * 1_000;

/**
 * Entries that were read before anybody had to be told: thousands a second while people chat. A document for each would
 * cost more than the entry itself, so runs of entries stand in pages, and pages are found by the second in which the
 * entries were written.
 */
export class ReadLedger {
  static readonly collections: readonly CollectionSpec[] = [
    {
      name: 'readLedger',
      indexes: [{ key: { second: 1 }, expireAfterSeconds: decisionDays * 24 * 3600 }],
    },
  ];
  private readonly pages;

  constructor(connection: Connection) {
    this.pages = collectionOf<PageDocument>(connection, 'readLedger');
  }

  /** Adds lines. Repeating adds the same lines again, which readers do not notice. */
  async add(runs: readonly ReadRun[], at: Date): Promise<void> {
    if (runs.length === 0) return;
    const pages = groupBy(runs, ({ createdAt }) => secondOf(createdAt));
    await this.pages.insertMany(
      [...pages].map(([second, page]) => ({
        second: new Date(second),
        at,
        lines: page.map(lineOf).join('\n'),
      })),
      { ordered: false },
    );
  }

  async ofMessage(conversationId: string, seq: number, createdAt: Date): Promise<Decision[]> {
    const pages = await this.pages
      .find({ second: new Date(secondOf(createdAt)) }, { sort: { at: -1 } })
      .toArray();
    const found = new Map<string, Decision>();
    for (const { lines, at } of pages)
      for (const line of lines.split('\n')) {
        if (!line.startsWith(`${conversationId}:`)) continue;
        const [place = '', category, connected, hinted] = line.split(' ');
        const [, run = '', recipientId = ''] = place.split(':');
        // The first lines name one entry each.
        const [from = NaN, to = from] = run.split('-').map(Number);
        if (!(from <= seq && seq <= to)) continue;
        found.set(recipientId, {
          conversationId,
          seq,
          recipientId,
          category: category as Category,
          at,
          decided: { do: 'nothing', reason: 'read' },
          seen: {
            connected: connected === '?' ? null : connected === '1',
            // At least: how far they were beyond it is not kept.
            deliveredSeq: seq,
            readSeq: seq,
            hinted: hinted === '1',
          },
        });
      }
    return [...found.values()];
  }
}

const lineOf = ({ conversationId, recipientId, category, connected, hinted, ...run }: ReadRun) =>
  `${conversationId}:${run.fromSeq}-${run.toSeq}:${recipientId} ${category} ${flag(connected)} ${flag(hinted)}`;

const flag = (value: boolean | null) => (value === null ? '?' : value ? '1' : '0');

/** The runs of entries that are added in the order of their logs. */
export class ReadRuns {
  readonly all: ReadRun[] = [];
  /** The last run of each recipient, by conversation. */
  private readonly open = new Map<string, ReadRun[]>();

  add(one: Omit<ReadRun, 'fromSeq' | 'toSeq'> & { seq: number }): void {
    const open = this.open.get(one.conversationId) ?? [];
    const at = open.findIndex(({ recipientId }) => recipientId === one.recipientId);
    const run = open[at];
    if (run && goesOn(run, one)) {
      run.toSeq = one.seq;
      return;
    }
    const { seq, ...rest } = one;
    const fresh = { ...rest, fromSeq: seq, toSeq: seq };
    this.all.push(fresh);
    open[run ? at : open.length] = fresh;
    this.open.set(one.conversationId, open);
  }
}

const goesOn = (run: ReadRun, next: Omit<ReadRun, 'fromSeq' | 'toSeq'> & { seq: number }) =>
  run.toSeq + 1 === next.seq &&
  run.category === next.category &&
  run.connected === next.connected &&
  run.hinted === next.hinted &&
  secondOf(run.createdAt) === secondOf(next.createdAt);
