import { navigate, useBrowserLocation } from 'wouter/use-browser-location';
import { historyEntry, onScreenItself, whenThere, type HistoryEntry } from './sheets-in-history.js';

/** The router's own hook, which notes for each screen whether one came to it inside the app. */
export const useAppLocation: typeof useBrowserLocation = (options) => [
  useBrowserLocation(options)[0],
  go,
];

const go: typeof navigate = (to, options = {}) =>
  (options.replace ? replaceScreen : openScreen)(to, options);

const openScreen: typeof navigate = (to, options) =>
  whenThere(() => {
    // A screen that is opened from a sheet takes the place of the sheet.
    const replace = (historyEntry().sheets ?? 0) > 0;
    navigate(to, { ...options, replace, state: { inside: true } satisfies HistoryEntry });
  });

const replaceScreen: typeof navigate = (to, options) =>
  onScreenItself(() => {
    const { inside } = historyEntry();
    // What takes the place of a screen has the same one behind it.
    navigate(to, { ...options, state: inside ? ({ inside } satisfies HistoryEntry) : null });
  });

/** Whether the browser's way back leads to a screen of the app. */
export const hasWayBack = (): boolean => Boolean(historyEntry().inside);
