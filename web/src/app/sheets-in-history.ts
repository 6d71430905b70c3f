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
/** We asked the browser to go back, and it has not done so yet. */
let isGoingBack = false;

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
      if (over <= 0 || isGoingBack) return;
      isGoingBack = true;
      history.go(-over);
    });
  };
}

function addSteps(): void {
  for (let at = sheetsHere(); at < open.length && !isGoingBack;)
    history.pushState({ ...historyEntry(), sheets: (at += 1) } satisfies HistoryEntry, '');
}

addEventListener('popstate', () => {
  if (isGoingBack) {
    isGoingBack = false;
    // One that was opened meanwhile.
    addSteps();
    return;
  }
  for (const close of open.slice(sheetsHere()).reverse()) close();
});
