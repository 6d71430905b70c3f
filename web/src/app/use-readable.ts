import { useLayoutEffect, useState } from 'preact/hooks';
import type { Readable } from '../../../client/index.js';

/** Draws again whenever the value changes. */
export function useReadable<T>(readable: Readable<T>): T {
  const [, setSeen] = useState<T>(() => readable.snapshot());
  useLayoutEffect(() => {
    const look = () => setSeen(() => readable.snapshot());
    look();
    return readable.subscribe(look);
  }, [readable]);
  return readable.snapshot();
}
