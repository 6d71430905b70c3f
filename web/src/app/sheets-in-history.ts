/**
 * An open sheet is a step of the history: the way back closes the topmost one, and what lies under it stays. Sheets come
 * and go with what is drawn, and the browser goes back only after a while, so both are brought together here.
 */

/** What an entry of the history says of itself. */
export interface HistoryEntry {
  /** The one behind it is a screen of the app, too. */
  inside?: boolean;
  /** So many sheets are open on it. */
  sheets?: number;
}

/** How the open ones are closed, the topmost last. */
const open: (() => void)[] = [];
/** A browser that has not gone back after so long, in milliseconds, was asked for something else meanwhile. */
const backMs = 1_000;
/** We asked the browser to go back, and it has not done so yet. */
let isGoingBack = false;
let givesUp: ReturnType<typeof setTimeout> | undefined;
/** What is to be done when it has. */
let afterwards: (() => void)[] = [];

export const historyEntry = (): HistoryEntry => (history.state ?? {}) as HistoryEntry;
const sheetsHere = (): number => historyEntry().sheets ?? 0;

/** To be called when a sheet is there; the answer, when it is gone. */
export function sheetOpened(close: () => void): () => void {
  open.push(close);
  addSteps();
  return () => {
    open.splice(open.lastIndexOf(close), 1);
    // Another sheet may take its place in the same moment, and a screen its entry.
    setTimeout(() => {
      const over = sheetsHere() - open.length;
      if (over > 0) goBack(over);
    });
  };
}

/** Calls `act` on the entry of the screen itself, when the browser is there; sheets that were open are closed. */
export function onScreenItself(act: () => void): void {
  whenThere(() => {
    const sheets = sheetsHere();
    if (sheets === 0) return act();
    afterwards.push(() => {
      for (const close of [...open].reverse()) close();
      act();
    });
    goBack(sheets);
  });
}

/** Calls `act` at once, or when the browser has gone back as it was asked to. */
export function whenThere(act: () => void): void {
  if (isGoingBack) afterwards.push(act);
  else act();
}

function goBack(steps: number): void {
  if (isGoingBack) return;
  isGoingBack = true;
  givesUp = setTimeout(wentBack, backMs);
  history.go(-steps);
}

function wentBack(): void {
  clearTimeout(givesUp);
  isGoingBack = false;
  const acts = afterwards;
  afterwards = [];
  for (const act of acts) whenThere(act);
  // One that was opened meanwhile.
  if (acts.length === 0) addSteps();
}

function addSteps(): void {
  for (let at = sheetsHere(); at < open.length && !isGoingBack;)
    history.pushState({ ...historyEntry(), sheets: (at += 1) } satisfies HistoryEntry, '');
}

addEventListener('popstate', () => {
  if (isGoingBack) return wentBack();
  for (const close of open.slice(sheetsHere()).reverse()) close();
});
