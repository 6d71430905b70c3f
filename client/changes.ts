import type { Message } from './contract-types.js';

/**
 * The edits and unsends of one log, and their effect on the entries that they change. On the server the document of
 * such an entry follows its changes with a delay, so it may arrive old, up to date, or ahead of the known entries.
 * Whatever the order of arrival, the same is shown in the end.
 */
export class Changes {
  /** The edits of each target, ascending by `seq`. */
  readonly #edits = new Map<number, readonly Message[]>();
  readonly #unsends = new Map<number, Message>();

  clear(): void {
    this.#edits.clear();
    this.#unsends.clear();
  }

  /** Returns the targets that these entries change. */
  learn(messages: readonly Message[]): ReadonlySet<number> {
    const targets = new Set<number>();
    for (const message of messages) {
      const { kind, targetSeq } = message;
      if (targetSeq === undefined || (kind !== 'edit' && kind !== 'unsend')) continue;
      targets.add(targetSeq);
      if (kind === 'unsend') this.#unsends.set(targetSeq, message);
      else this.#edits.set(targetSeq, sorted([...(this.#edits.get(targetSeq) ?? []), message]));
    }
    return targets;
  }

  apply(target: Message): Message {
    if (target.state === 'unsent') return takenBack(target, target);
    const unsend = this.#unsends.get(target.seq);
    if (unsend) return takenBack(target, unsend);
    const edits = this.#edits.get(target.seq);
    const newest = edits?.at(-1);
    if (!edits || newest?.text === undefined || isAhead(target, edits)) return target;
    return {
      ...target,
      state: 'edited',
      text: newest.text,
      fallbackText: target.kind === 'text' ? newest.text : target.fallbackText,
      editedAt: newest.createdAt,
    };
  }
}

const sorted = (messages: Message[]) => messages.sort((a, b) => a.seq - b.seq);

/** Whether the document was read after an edit whose entry is yet to come: then no known edit explains it. */
const isAhead = (target: Message, edits: readonly Message[]): boolean =>
  target.state === 'edited' &&
  !edits.some(({ createdAt, text }) => createdAt === target.editedAt || text === target.text);

/** Removes all content, whatever the known copy still holds. */
function takenBack(target: Message, { fallbackText, fallbackTexts }: Message): Message {
  const { text: _text, images: _images, place: _place, editedAt: _at, ...rest } = target;
  return { ...rest, state: 'unsent', fallbackText, ...(fallbackTexts ? { fallbackTexts } : {}) };
}
