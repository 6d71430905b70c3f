import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Entry, RoomHandle, RoomSnapshot } from '../../../client/index.js';
import type { Sight } from './use-window.js';

/** Entries of one page, when many are loaded at once. */
const page = 100;
/** Pages that are loaded to find the first unread message; who has missed more starts at the newest. */
const pagesToUnread = 10;
/** Pages that are loaded for a message that somebody wants to see. */
const pagesToSeq = 50;

/** Loads older pages until `seq` is there; false when that was not to be had. */
export async function loadBackTo(room: RoomHandle, seq: number, pages = pagesToSeq) {
  for (let loaded = 0; loaded <= pages; loaded += 1) {
    const { log, hasOlder } = room.snapshot();
    if (!hasOlder || (log[0]?.seq ?? Infinity) <= seq) return true;
    const failed = await room.loadOlder(page).catch(() => true);
    if (failed) return false;
  }
  return false;
}

/**
 * Where somebody starts to read: `seq` of the first unread message, `null` when all is read, `undefined` until that is
 * known. It is found out once, when the room has what the server has.
 */
export function useUnreadFrom(room: RoomHandle, snapshot: RoomSnapshot, me: string) {
  const { conversation, log, hasOlder } = snapshot;
  const [from, setFrom] = useState<number | null>();
  const readSeq = conversation?.cursors[me]?.readSeq ?? 0;
  const complete = conversation !== undefined && (log.at(-1)?.seq ?? 0) >= conversation.lastSeq;
  const unread = complete && conversation.unread > 0;
  const held = !hasOlder || (log[0]?.seq ?? Infinity) <= readSeq + 1;

  useLayoutEffect(() => {
    if (from !== undefined || !complete) return;
    const decide = () => {
      const { entries } = room.snapshot();
      setFrom(unread ? (firstUnread(entries, readSeq, me) ?? null) : null);
    };
    if (!unread || held) return decide();
    let left = false;
    void loadBackTo(room, readSeq + 1, pagesToUnread).then((there) => {
      if (left) return;
      if (there) decide();
      else setFrom(null);
    });
    return () => {
      left = true;
    };
  }, [room, complete]);

  return { unreadFrom: from, finding: from === undefined && unread && !held };
}

const firstUnread = (entries: readonly Entry[], readSeq: number, me: string) =>
  entries.find(({ message }) => message.seq > readSeq && message.senderId !== me)?.message.seq;

/** Says what was read as it comes into sight of a window with the focus, and counts what came in below. */
export function useReading(room: RoomHandle, me: string, started: boolean) {
  const sight = useRef<Sight | null>(null);
  const seen = useRef(0);
  const [below, setBelow] = useState(0);
  const [far, setFar] = useState(false);

  const read = useCallback(() => {
    if (!started || !sight.current) return;
    const { entries } = room.snapshot();
    const { atEnd, lastSeq } = sight.current;
    const seq = atEnd ? (entries.at(-1)?.message.seq ?? 0) : lastSeq;
    seen.current = Math.max(seen.current, seq);
    setBelow(countAfter(entries, seen.current, me));
    setFar(sight.current.far);
    // A page beside another window is visible, and nobody looks at it.
    if (seq > 0 && document.hasFocus()) room.markRead(seq);
  }, [room, me, started]);

  useEffect(() => {
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, [read]);

  const onLook = (next: Sight) => {
    sight.current = next;
    read();
  };
  return { onLook, below, far };
}

/** Entries of others after `seq`. */
function countAfter(entries: readonly Entry[], seq: number, me: string): number {
  let count = 0;
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const { message } = entries[index]!;
    if (message.seq <= seq) break;
    if (message.senderId !== me) count += 1;
  }
  return count;
}

/** Pages history in while the upper end of the list is near. */
export function useOlder(room: RoomHandle, snapshot: RoomSnapshot, list: List, on: boolean) {
  const top = useRef<HTMLDivElement>(null);
  const loading = useRef(false);
  const first = snapshot.log[0]?.seq;
  const wanted = on && snapshot.hasOlder;
  useEffect(() => {
    if (!wanted || !top.current) return;
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
  }, [room, wanted, first]);
  return top;
}

interface List {
  readonly current: HTMLElement | null;
}
