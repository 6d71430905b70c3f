import type { LogEntry, Shown } from './facts.js';

/**
 * What the log says, with its edits and unsends applied: an unsend is final and takes the text of the edits with it,
 * else the edit with the highest number holds. Written apart from the product's own reading, to be held against it.
 * `textOf` is what was first said, which the stored entry no longer holds once it was changed.
 */
export function replay(
  log: readonly LogEntry[],
  textOf: (entry: LogEntry) => string | undefined,
): Shown[] {
  const unsent = new Set(log.filter(({ kind }) => kind === 'unsend').map(targetOf));
  const edits = new Map<number, LogEntry>();
  for (const entry of log) if (entry.kind === 'edit') edits.set(targetOf(entry), entry);
  return log.map((entry) => {
    const { seq } = entry;
    const edit = edits.get(seq);
    if (unsent.has(seq)) return { seq, state: 'unsent' };
    if (entry.kind === 'edit' && unsent.has(targetOf(entry))) return { seq, state: 'unsent' };
    if (edit) return { seq, state: 'edited', text: textOf(edit) };
    return { seq, state: 'active', text: textOf(entry) };
  });
}

const targetOf = ({ targetSeq }: LogEntry): number => targetSeq ?? 0;
