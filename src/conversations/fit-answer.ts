import { limits, type view } from '../contract/index.js';
import { groupBy } from '../platform/group-by.js';
import { bytesOf } from '../platform/pages.js';

/** Everything that could go into an answer of sync. */
export interface Found {
  /** Conversations that changed, in the order in which the cursor goes over them. */
  changed: readonly string[];
  views: readonly view.Conversation[];
  /** Ascending by `seq` within each conversation. */
  messages: readonly view.Message[];
  /** The positions that the caller named; of these conversations no entry in between may be left out. */
  known: ReadonlySet<string>;
  /** There are more entries than `messages` holds. */
  more: boolean;
}

export interface Fitted {
  /** How many of the changed conversations are in the answer. */
  changed: number;
  conversations: view.Conversation[];
  messages: view.Message[];
  /** Conversations that did not fit; they come with the next answer. */
  later: ReadonlySet<string>;
  holes: view.SyncAnswer['holes'];
  /** Whether all entries of the known conversations are in the answer. */
  whole: boolean;
}

/**
 * Takes as much as fits into the bytes of one answer, and at least one item of each kind, so that every pull makes
 * progress. The next answer continues conversations that the caller knows where this one was cut. Of other
 * conversations the newest page comes whole, or a hole stands for it.
 */
export function fitAnswer(found: Found, bytes: number = limits.answerBytes): Fitted {
  const views = new Map(found.views.map((one) => [one.id, one]));
  const chosen = new Set<string>();
  let room = bytes;
  const choose = (id: string) => {
    const one = views.get(id);
    if (!one || chosen.has(id)) return;
    chosen.add(id);
    room -= bytesOf(one);
  };
  let changed = 0;
  // Conversations get at most half of the bytes, because people wait for the entries.
  while (changed < found.changed.length && (changed === 0 || room > bytes / 2))
    choose(found.changed[changed++]!);
  const later = new Set(found.changed.slice(changed));

  const messages: view.Message[] = [];
  const take = (message: view.Message, size: number) => {
    choose(message.conversationId);
    messages.push(message);
    room -= size;
  };
  const own = found.messages.filter(({ conversationId }) => found.known.has(conversationId));
  let taken = 0;
  for (const message of own) {
    const size = bytesOf(message);
    if (taken > 0 && room < size) break;
    take(message, size);
    taken += 1;
  }
  const whole = taken === own.length && !found.more;

  const holes: view.SyncAnswer['holes'] = [];
  const others = groupBy(
    found.messages.filter(({ conversationId }) => !found.known.has(conversationId)),
    ({ conversationId }) => conversationId,
  );
  const order = [...new Set([...found.changed, ...others.keys()])];
  for (const id of order) {
    const page = others.get(id);
    if (!page || later.has(id)) continue;
    const sizes = page.map(bytesOf);
    if (sizes.reduce((sum, size) => sum + size, 0) <= room)
      page.forEach((message, index) => take(message, sizes[index]!));
    else if (whole)
      holes.push({ conversationId: id, fromSeq: page[0]!.seq, toSeq: page.at(-1)!.seq });
  }
  return {
    changed,
    conversations: found.views.filter(({ id }) => chosen.has(id)),
    messages,
    later,
    holes,
    whole,
  };
}
