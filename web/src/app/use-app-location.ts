import { navigate, useBrowserLocation } from 'wouter/use-browser-location';
import { historyEntry, type HistoryEntry } from './sheets-in-history.js';

/** The router's own hook, which notes for each screen whether one came to it inside the app. */
export const useAppLocation: typeof useBrowserLocation = (options) => [
  useBrowserLocation(options)[0],
  go,
];

const go: typeof navigate = (to, options = {}) => {
  const { inside, sheets = 0 } = historyEntry();
  if (!options.replace) {
    // A screen that is opened from a sheet takes the place of the sheet.
    navigate(to, {
      ...options,
      replace: sheets > 0,
      state: { inside: true } satisfies HistoryEntry,
    });
    return;
  }
  // What takes the place of a screen has the same one behind it.
  const replace = () =>
    navigate(to, { ...options, state: inside ? ({ inside } satisfies HistoryEntry) : null });
  if (sheets === 0) return replace();
  addEventListener('popstate', replace, { once: true });
  history.go(-sheets);
};

/** Whether the browser's way back leads to a screen of the app. */
export const hasWayBack = (): boolean => Boolean(historyEntry().inside);
