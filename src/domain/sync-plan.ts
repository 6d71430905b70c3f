import type { view } from '../contract/index.js';
import { limits } from '../contract/limits.js';

const newestPage = limits.syncNewest;

/** Entries of a log above a position. */
interface Range {
  conversationId: string;
  afterSeq: number;
}

/**
 * What one answer to a device tells of each log. `known`: the positions that it has said, `ends`: where these logs end,
 * `rows`: conversations that changed, `limit`: entries in the answer. Where more is missing the newest page comes, and
 * an explicit hole says what lies below it.
 */
export function planRanges(
  known: ReadonlyMap<string, number>,
  ends: ReadonlyMap<string, number>,
  rows: readonly { conversationId: string; lastSeq: number }[],
  limit: number,
): { ranges: Range[]; holes: view.SyncAnswer['holes'] } {
  const ranges: Range[] = [];
  const holes: view.SyncAnswer['holes'] = [];
  /** Leaves out what lies between, and answers from there on. */
  const cut = (conversationId: string, afterSeq: number, from: number) => {
    if (from > afterSeq) holes.push({ conversationId, fromSeq: afterSeq + 1, toSeq: from });
    ranges.push({ conversationId, afterSeq: Math.max(afterSeq, from) });
  };
  let missingOfKnown = 0;
  for (const [conversationId, seq] of known) {
    const last = ends.get(conversationId) ?? 0;
    const from = last - seq > limit ? last - newestPage : seq;
    missingOfKnown += Math.max(0, last - from);
    cut(conversationId, seq, from);
  }
  // What is known goes first: the rest gets the room that it leaves, or an answer could never be whole.
  let room = Math.max(0, limit - missingOfKnown);
  for (const row of rows) {
    if (known.has(row.conversationId)) continue;
    // The projection may lag behind a first entry; the range finds it in the log.
    const page = Math.min(newestPage, row.lastSeq, room);
    if (room > 0 || page === row.lastSeq) {
      room -= page;
      cut(row.conversationId, 0, row.lastSeq - page);
    } else {
      holes.push({ conversationId: row.conversationId, fromSeq: 1, toSeq: row.lastSeq });
    }
  }
  return { ranges, holes };
}
