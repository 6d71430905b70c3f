import { useEffect, useState } from 'preact/hooks';

export interface Load<T> {
  value: T | undefined;
  error: unknown;
  reload: () => void;
}

/** Loads something when the screen opens, and again when `key` changes or on `reload`. */
export function useLoad<T>(key: string, load: () => Promise<T>): Load<T> {
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<{ key: string; value?: T; error?: unknown }>({ key });
  useEffect(() => {
    let left = false;
    load().then(
      (value) => left || setState({ key, value }),
      (error: unknown) => left || setState({ key, error }),
    );
    return () => {
      left = true;
    };
    // `load` is a fresh function on every draw; `key` says when it means something else.
  }, [key, tries]);
  const current = state.key === key ? state : { key };
  return { value: current.value, error: current.error, reload: () => setTries((n) => n + 1) };
}
