import { navigate, useBrowserLocation } from 'wouter/use-browser-location';

/** What an entry of the history says of itself. */
interface Entry {
  /** The one behind it is a screen of the app, too. */
  inside?: boolean;
}

/** The router's own hook, which notes for each screen whether one came to it inside the app. */
export const useAppLocation: typeof useBrowserLocation = (options) => [
  useBrowserLocation(options)[0],
  go,
];

const go: typeof navigate = (to, options = {}) => {
  const here = history.state as Entry | null;
  // What takes the place of a screen has the same one behind it.
  navigate(to, { ...options, state: options.replace ? here : ({ inside: true } satisfies Entry) });
};

/** Whether the browser's way back leads to a screen of the app. */
export const hasWayBack = (): boolean => Boolean((history.state as Entry | null)?.inside);
