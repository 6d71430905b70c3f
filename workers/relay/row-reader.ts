import type { InboxStore, RowPositions, Rows } from '../../src/conversations/index.js';
import { lru } from '../../src/platform/lru.js';

/** Of one conversation, whose rows a look needs, and up to which entry. */
export interface Needed {
  conversationId: string;
  /** The newest entry that is looked at. */
  seq: number;
  /** People who may still need a hint or a push. */
  concerned: ReadonlySet<string>;
  /** People whose rows show the conversation. */
  shownTo: readonly string[];
}

/** Conversations whose rows are remembered, of some 400 bytes each. */
const remembered = 20_000;
/** By then a row that went back, because the database was restored, is read again. */
const rememberedMs = 5_000;

/**
 * Reads the inbox rows of a look. The looks at a busy conversation follow each other by a fifth of a second, and people
 * read it about once a second: where the rows that were read last have come past all entries of a look, nothing is left to
 * do for these, whatever the rows say by now, since positions only move forward. Such rows are not read again.
 */
export class RowReader {
  private readonly known = lru<Map<string, RowPositions>>(remembered, rememberedMs);

  constructor(private readonly inbox: Pick<InboxStore, 'positionsOf'>) {}

  async rowsOf(needed: readonly Needed[]): Promise<Rows<RowPositions>> {
    const rows = new Map<string, Map<string, RowPositions>>();
    const open: Needed[] = [];
    for (const one of needed) {
      const known = this.known.get(one.conversationId);
      if (known && isPast(known, one)) rows.set(one.conversationId, known);
      else open.push(one);
    }
    const all: Rows<RowPositions> = {
      get: (userId, conversationId) => rows.get(conversationId)?.get(userId),
    };
    if (open.length === 0) return all;
    const read = await this.inbox.positionsOf(
      open.flatMap((one) =>
        peopleOf(one).map((userId) => ({ userId, conversationId: one.conversationId })),
      ),
    );
    for (const one of open) {
      const { conversationId } = one;
      const found = new Map<string, RowPositions>();
      for (const userId of peopleOf(one)) {
        const row = read.get(userId, conversationId);
        if (row) found.set(userId, row);
      }
      rows.set(conversationId, found);
      this.known.set(conversationId, found);
    }
    return all;
  }
}

const peopleOf = ({ concerned, shownTo }: Needed): string[] => [
  ...new Set([...concerned, ...shownTo]),
];

function isPast(known: ReadonlyMap<string, RowPositions>, needed: Needed): boolean {
  const { seq, concerned, shownTo } = needed;
  for (const userId of concerned) {
    const row = known.get(userId);
    if (!row || Math.min(row.deliveredSeq, row.readSeq) < seq) return false;
  }
  return shownTo.every((userId) => {
    const row = known.get(userId);
    return row !== undefined && Math.min(row.shownSeq, row.lastSeq) >= seq;
  });
}
