/**
 * What the platform tells about the app and the network. Each function returns another that ends the subscription.
 * Browsers need no setup; React Native passes its AppState and NetInfo in this form.
 */
export interface AppState {
  /** The app came to the front. */
  onActive(listener: () => void): () => void;
  /** The network is back. */
  onOnline(listener: () => void): () => void;
  /** The network is gone. */
  onOffline(listener: () => void): () => void;
}

interface EventSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}
interface Page extends EventSource {
  readonly visibilityState: string;
}

/** The app state of a browser's window and document; undefined where there are none. */
export function browserAppState(): AppState | undefined {
  const { document, addEventListener } = globalThis as { document?: Page } & Partial<EventSource>;
  if (!document || !addEventListener) return undefined;
  const window = globalThis as unknown as EventSource;
  return {
    onActive: (listener) =>
      listen(document, 'visibilitychange', () => {
        if (document.visibilityState === 'visible') listener();
      }),
    onOnline: (listener) => listen(window, 'online', listener),
    onOffline: (listener) => listen(window, 'offline', listener),
  };
}

function listen(source: EventSource, type: string, listener: () => void): () => void {
  source.addEventListener(type, listener);
  return () => source.removeEventListener(type, listener);
}
