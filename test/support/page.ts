import { Window } from 'happy-dom';

/**
 * A browser's document for tests that draw. Must be called before the library that draws is imported: it looks once
 * whether there is one.
 */
export function openPage(): { root: Element; close(): Promise<void> } {
  const window = new Window();
  const { document, navigator } = window;
  Object.assign(globalThis, { window, document, navigator });
  const root: unknown = document.body;
  return { root: root as Element, close: () => window.happyDOM.close() };
}
