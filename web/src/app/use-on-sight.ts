import { useEffect, useRef } from 'preact/hooks';

/** Calls `act` when the element comes near the screen. */
export function useOnSight(on: boolean, act: () => void) {
  const element = useRef<HTMLButtonElement>(null);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!on || !element.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      { rootMargin: '600px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  });
  return element;
}
