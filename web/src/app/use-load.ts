import { useEffect, useRef, useState } from 'preact/hooks';
import { HaggleError } from '../../../client/index.js';
import { useHaggle } from './haggle-context.js';

export interface Load<T> {
  value: T | undefined;
  /** Why the last try brought nothing; `value` may be there all the same, from before. */
  error: unknown;
  reload: () => void;
  /** Takes what an act answered for what there is now. */
  learn: (value: T) => void;
}

/** How many values are kept; the oldest go first. */
const keptMost = 100;

/**
 * Loads something when the screen opens, and again on `reload` or when `again` changes. What was loaded last under this
 * `key`, here or on another screen, is shown until the new one is there, so that nothing jumps. A key is a name in the
 * whole app: all that use it mean values of one type.
 */
export function useLoad<T>(key: string, load: () => Promise<T>, again?: unknown): Load<T> {
  const kept = keptLoads(useHaggle().memory);
  const last = () => ({ key, value: kept.get(key) as T | undefined });
  const [state, setState] = useState<{ key: string; value: T | undefined; error?: unknown }>(last);
  const [tries, setTries] = useState(0);
  // Counts what was asked and learned: an answer that something newer has overtaken is old.
  const turn = useRef(0);
  const take = (value: T) => {
    turn.current += 1;
    kept.delete(key);
    kept.set(key, value);
    const [oldest = ''] = kept.keys();
    if (kept.size > keptMost) kept.delete(oldest);
    setState({ key, value });
  };
  useEffect(() => {
    const mine = (turn.current += 1);
    load().then(
      (value) => mine === turn.current && take(value),
      (error: unknown) => {
        if (mine !== turn.current) return;
        // What is gone, or not for this person any more, is shown no longer.
        if (!(error instanceof HaggleError && error.retryable)) kept.delete(key);
        setState({ ...last(), error });
      },
    );
    return () => {
      turn.current += 1;
    };
    // `load` is a fresh function on every draw; `key` and `again` say when it means something else.
  }, [key, again, tries]);
  const { value, error } = state.key === key ? state : { ...last(), error: undefined };
  return { value, error, reload: () => setTries((n) => n + 1), learn: take };
}

/** What was loaded last, by its key, of the person whose memory it is. */
export function keptLoads(memory: Map<string, unknown>): Map<string, unknown> {
  const kept =
    (memory.get('loads') as Map<string, unknown> | undefined) ?? new Map<string, unknown>();
  memory.set('loads', kept);
  return kept;
}
