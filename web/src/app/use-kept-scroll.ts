import { useLayoutEffect, useRef } from 'preact/hooks';
import { useHaggle } from './haggle-context.js';

/** Keeps how far something was scrolled under `key`, for whoever comes back to it. */
export function useKeptScroll(key: string) {
  const { memory } = useHaggle();
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = (memory.get(key) as number | undefined) ?? 0;
    const keep = () => memory.set(key, element.scrollTop);
    element.addEventListener('scroll', keep, { passive: true });
    return () => element.removeEventListener('scroll', keep);
  }, []);
  return scroller;
}
