import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RoomHandle, RoomSnapshot } from '../../../client/index.js';

/** Closer to the end than this counts as being there. */
const nearPx = 64;

/**
 * Where somebody is in the list: stays at the newest entry when there already, keeps the place when history is
 * added above, counts what comes in below, pages history in near the top, and says what was read.
 */
export function useReading(room: RoomHandle, snapshot: RoomSnapshot, me: string) {
  const list = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const height = useRef(0);
  const seen = useRef(0);
  const loading = useRef(false);
  const [below, setBelow] = useState(0);

  const { entries, pending, hasOlder } = snapshot;
  const last = entries.at(-1)?.message.seq ?? 0;
  const first = entries[0]?.message.seq ?? 0;

  const read = useCallback(() => {
    // A page beside another window is visible, and nobody looks at it.
    if (!atEnd.current || !document.hasFocus()) return;
    seen.current = room.snapshot().entries.at(-1)?.message.seq ?? 0;
    setBelow(0);
    if (seen.current > 0) room.markRead(seen.current);
  }, [room]);

  const toEnd = useCallback(() => {
    if (!list.current) return;
    list.current.scrollTop = list.current.scrollHeight;
    atEnd.current = true;
    read();
  }, [read]);

  const shownFirst = useRef(first);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const grownAbove = shownFirst.current > first && first > 0;
    shownFirst.current = first;
    if (grownAbove && !atEnd.current) {
      element.scrollTop += element.scrollHeight - height.current;
    } else if (atEnd.current) {
      element.scrollTop = element.scrollHeight;
    } else {
      const news = entries.filter(
        ({ message }) => message.seq > seen.current && message.senderId !== me,
      );
      setBelow(news.length);
    }
    height.current = element.scrollHeight;
    read();
  }, [entries, pending, snapshot.typing, first, last]);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const onScroll = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
      read();
    };
    // The keyboard of a phone makes the list shorter, and cards grow when more is known: the end stays in sight.
    const resized = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    window.addEventListener('focus', read);
    resized.observe(element);
    if (element.lastElementChild) resized.observe(element.lastElementChild);
    return () => {
      element.removeEventListener('scroll', onScroll);
      window.removeEventListener('focus', read);
      resized.disconnect();
    };
  }, [read]);

  useEffect(() => {
    if (!hasOlder || !top.current) return;
    const observer = new IntersectionObserver(
      (marks) => {
        if (!marks.some((mark) => mark.isIntersecting) || loading.current) return;
        loading.current = true;
        room
          .loadOlder()
          .catch(() => undefined)
          .finally(() => {
            loading.current = false;
          });
      },
      { root: list.current, rootMargin: '400px 0px 0px' },
    );
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [room, hasOlder, first]);

  return { list, top, below, toEnd };
}
