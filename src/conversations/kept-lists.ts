import type { view } from '../contract/index.js';
import type { MadeJson } from '../platform/json.js';
import { lru } from '../platform/lru.js';
import type { Profile } from '../users/index.js';
import type { ConversationContext } from './conversation-context.js';
import type { EntryDocument } from './entry-document.js';
import { latelyMs, sightMs, type InboxRow } from './inbox.store.js';
import { ListSignsReader } from './list-signs.js';
import { keyBehind } from './message.store.js';

export type ConversationPage = { items: view.Conversation[]; nextCursor: string | null };

/** What an answer was made of, each read before the answer was. */
export interface Ground {
  /** The person's rows that had changed lately, whether they are listed or not. */
  rows: readonly InboxRow[];
  /** The last `seq` of the person's logs. */
  ends: ReadonlyMap<string, number>;
  /** Of those listed, whether each was closed. */
  closed: ReadonlyMap<string, boolean>;
  /** Versions by the ids of their listings. */
  listings: ReadonlyMap<string, number | undefined>;
  people: ReadonlyMap<string, Profile | undefined>;
}

/** A first page as it was answered, and by what is seen that it still stands. */
interface Kept extends Omit<Ground, 'rows' | 'ends'> {
  answer: MadeJson<ConversationPage>;
  /** As JSON, by their conversations. */
  rows: ReadonlyMap<string, string>;
  /** Keys behind the ends of the person's logs. */
  ends: readonly EntryDocument['_id'][];
  /** When the database was last asked, as `performance.now()` counts. */
  checkedAt: number;
}

/** All answers of a node together. */
const bytesMost = 32 * 1024 * 1024;
/** So that nothing that was not thought of stays for long. */
const lifeMs = 120_000;
/** What was not asked for so long is made anew: what changed meanwhile may be behind what the check looks at. */
const uncheckedMs = latelyMs - sightMs - 10_000;

const sizeOf = ({ answer, ends }: Kept): number => answer.bytes.length + 200 * ends.length + 2_000;

/**
 * First pages of chat lists as they were answered. The database says each time whether one still stands, by one read
 * that all who ask in one moment share; so nobody is given an answer that is older than one that is made anew. What it
 * looks at, and why that is enough: docs/decisions/0023-a-kept-list-is-asked-about.md.
 */
export class KeptLists {
  private readonly lists = lru<Kept>(bytesMost, lifeMs, sizeOf);

  private readonly signs: ListSignsReader;

  constructor(private readonly chat: ConversationContext) {
    this.signs = new ListSignsReader(chat.mongo);
  }

  /** The answer that was given under this key, or the one that `make` gives; rejects as `make` does. */
  async get(
    userId: string,
    key: string,
    make: () => Promise<{ answer: MadeJson<ConversationPage>; ground: Ground }>,
  ): Promise<MadeJson<ConversationPage>> {
    const kept = this.lists.get(key);
    const stands = kept !== undefined && (await this.stands(userId, kept));
    this.chat.metrics.cacheReads.inc({
      cache: 'conversations',
      outcome: stands ? 'hit' : kept ? 'old' : 'miss',
    });
    if (stands) return kept.answer;
    const checkedAt = performance.now();
    const { answer, ground } = await make();
    const { rows, ends, ...rest } = ground;
    if (this.chat.readCaches)
      this.lists.set(key, {
        ...rest,
        answer,
        rows: new Map(rows.map((row) => [row.conversationId, JSON.stringify(row)])),
        ends: [...ends].map(([id, seq]) => keyBehind(id, seq)),
        checkedAt,
      });
    return answer;
  }

  /** Whether the list would be the same if it were made now. */
  private async stands(userId: string, kept: Kept): Promise<boolean> {
    const { conversations, users } = this.chat;
    const begun = performance.now();
    if (begun - kept.checkedAt > uncheckedMs) return false;
    const [{ rows, versions, grown }, talks, people] = await Promise.all([
      this.signs.of({ userId, listingIds: kept.listings.keys(), ends: kept.ends }),
      conversations.getMany(kept.closed.keys()),
      users.profilesOf(kept.people.keys()),
    ]);
    const stands =
      !grown &&
      rows.every((row) => kept.rows.get(row.conversationId) === JSON.stringify(row)) &&
      isSame(kept.listings, (id) => versions.get(id)) &&
      isSame(kept.closed, (id) => talks.get(id)?.closed) &&
      isSame(kept.people, (id) => people.get(id));
    if (stands) kept.checkedAt = Math.max(kept.checkedAt, begun);
    return stands;
  }
}

function isSame<T>(known: ReadonlyMap<string, T>, now: (id: string) => T | undefined): boolean {
  for (const [id, value] of known) if (now(id) !== value) return false;
  return true;
}

/** What an answer about these conversations is going to be made of; call it before. */
export async function groundOf(
  chat: ConversationContext,
  userId: string,
  shown: readonly string[],
): Promise<Pick<Ground, 'closed' | 'listings' | 'people'>> {
  const found = await chat.conversations.getMany(shown);
  const talks = [...found.values()];
  const ids = new Set(talks.map(({ listingId }) => listingId));
  const userIds = new Set([userId, ...talks.flatMap(({ people }) => people)]);
  const [versions, people] = await Promise.all([
    chat.listings.versionsOf(ids),
    chat.users.profilesOf(userIds),
  ]);
  return {
    closed: new Map(talks.map(({ id, closed }) => [id, closed])),
    listings: new Map([...ids].map((id) => [id, versions.get(id)])),
    people: new Map([...userIds].map((id) => [id, people.get(id)])),
  };
}
