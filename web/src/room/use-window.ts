import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Row } from './rows.js';

/** Rows that are drawn above the one at the upper edge of the list, and from it on: more than a tall screen shows. */
const drawn = { above: 25, onward: 65 };
/** Rows to scroll before others are drawn. */
const slack = 12;
/** Pixels of a row that was never drawn: a short text. */
const guessPx = 44;
/** Closer to the end than this, in pixels, counts as being there. */
const nearPx = 64;
/** So much of a row, in pixels, is enough to have seen it. */
const seenPx = 32;

/** What the reader has before them. */
export interface Sight {
  readonly atEnd: boolean;
  /** More than a screen is below. */
  readonly far: boolean;
  /** `seq` of the lowest entry that can be seen, 0 without one. */
  readonly lastSeq: number;
}

interface Goal {
  readonly key: string;
  readonly belowPx: number;
  readonly done?: (row: HTMLElement) => void;
}

/**
 * Draws only the rows around the reader, and keeps the place: at the end when there, else with the same row in the
 * same line, whatever is added, removed or grows around it. Where rows are left out stands a space of their height.
 * Spread `space` over the list: `list` scrolls, its child `rows` has the spaces as first and last child.
 */
export function useWindow(
  all: readonly Row[],
  onLook: (sight: Sight) => void,
  /** Key of the row that is shown first instead of the end. */
  start: string | undefined,
) {
  const list = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLOListElement>(null);
  const heights = useRef(new Map<string, number>()).current;
  /** The row around which is drawn; `null` is the end. */
  const [center, setCenter] = useState<string | null>(null);
  const centerAt = useRef(0);
  const atEnd = useRef(true);
  /** A row that stays where it is, and where that was within what scrolls. */
  const anchor = useRef<{ key: string; top: number } | null>(null);
  const goal = useRef<Goal | null>(null);

  const found = center === null ? all.length - slack : all.findIndex(({ key }) => key === center);
  // What is gone (a message that was discarded) leaves its place to the next one.
  if (found >= 0 || center === null) centerAt.current = found;
  const from = Math.max(0, centerAt.current - drawn.above);
  const to = Math.min(all.length, centerAt.current + drawn.onward);
  const heightOf = (index: number) => heights.get(all[index]!.key) ?? guessPx;
  const sum = (first: number, end: number) => {
    let px = 0;
    for (let index = first; index < end; index += 1) px += heightOf(index);
    return px;
  };
  const space = { above: sum(0, from), below: sum(to, all.length) };
  const focused = rows.current?.contains(document.activeElement) ?? false;

  const elementOf = (index: number) =>
    index >= from && index < to
      ? (rows.current?.children[index - from + 1] as HTMLElement | undefined)
      : undefined;
  const drawnAs = (wanted: string) => elementOf(all.findIndex(({ key }) => key === wanted));

  /** Notes what can be seen now, and draws around it. */
  const look = () => {
    const element = list.current;
    const [first] = rows.current?.children ?? [];
    if (!element || !(first instanceof HTMLElement)) return;
    const { scrollTop, clientHeight, scrollHeight } = element;
    const left = scrollHeight - scrollTop - clientHeight;
    atEnd.current = left < nearPx;
    let index = from;
    let top = first.offsetTop + first.offsetHeight;
    while (index > 0 && top > scrollTop) top -= heightOf((index -= 1));
    while (index < all.length - 1 && top + heightOf(index) <= scrollTop) top += heightOf(index++);
    const upper = index;
    let lastSeq = 0;
    anchor.current = null;
    for (; index < all.length && top + seenPx <= scrollTop + clientHeight; index += 1) {
      const row = all[index]!;
      // Lines between messages move to other ones.
      if (row.type !== 'day' && row.type !== 'unread' && row.type !== 'deal') {
        anchor.current ??= { key: row.key, top: elementOf(index)?.offsetTop ?? top };
      }
      if ('entry' in row && row.entry) lastSeq = row.entry.seq;
      top += heightOf(index);
    }
    if (goal.current) return;
    if (atEnd.current) setCenter(null);
    else if (center === null || Math.abs(upper - centerAt.current) > slack)
      setCenter(anchor.current?.key ?? center);
    onLook({ atEnd: atEnd.current, far: left > clientHeight, lastSeq });
  };

  const settle = () => {
    const element = list.current;
    if (!element || !rows.current) return;
    const { children } = rows.current;
    let bottom = bottomOf(children[0]);
    for (let index = from; index < to; index += 1) {
      const next = bottomOf(children[index - from + 1]);
      heights.set(all[index]!.key, next - bottom);
      bottom = next;
    }
    if (goal.current) {
      const { key, belowPx, done } = goal.current;
      const row = drawnAs(key);
      // The next render draws it.
      if (!row) return;
      goal.current = null;
      element.scrollTop = row.offsetTop - belowPx;
      done?.(row);
    } else if (atEnd.current) {
      element.scrollTop = element.scrollHeight;
    } else if (anchor.current) {
      const { key, top } = anchor.current;
      const moved = (drawnAs(key)?.offsetTop ?? top) - top;
      // Positions are told in whole pixels: one more or less is none.
      if (Math.abs(moved) > 1) element.scrollTop += moved;
    }
    look();
  };

  const latest = useRef({ look, settle });
  latest.current = { look, settle };

  const toEnd = useCallback(() => {
    goal.current = null;
    atEnd.current = true;
    setCenter(null);
    latest.current.settle();
  }, []);

  /** Brings a row `belowPx` under the upper edge of the list, as soon as it is among the rows. */
  const toRow = useCallback((key: string, belowPx: number, done?: (row: HTMLElement) => void) => {
    goal.current = { key, belowPx, done };
    setCenter(key);
    latest.current.settle();
  }, []);

  useLayoutEffect(() => {
    // Before the first look, by which everything at the end would count as seen.
    if (start !== undefined) toRow(start, (list.current?.clientHeight ?? 0) / 5);
  }, [start]);

  useLayoutEffect(() => {
    settle();
    // The row that had the focus is drawn no more.
    if (focused && document.activeElement === document.body)
      list.current?.focus({ preventScroll: true });
  }, [all, from, to]);

  useEffect(() => {
    const element = list.current;
    if (!element || !rows.current) return;
    const onScroll = () => latest.current.look();
    // The keyboard of a phone makes the list shorter, and rows grow when more is known of them.
    const resized = new ResizeObserver(() => latest.current.settle());
    element.addEventListener('scroll', onScroll, { passive: true });
    resized.observe(element);
    resized.observe(rows.current);
    return () => {
      element.removeEventListener('scroll', onScroll);
      resized.disconnect();
    };
  }, []);

  return { list, rows, from, to, space, toEnd, toRow };
}

const bottomOf = (element: Element | undefined) =>
  element instanceof HTMLElement ? element.offsetTop + element.offsetHeight : 0;
