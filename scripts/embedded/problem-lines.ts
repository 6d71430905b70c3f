import { isProblem, readable } from '../servers/log-lines.js';

/** A gateway that has lost its database says so many times a second. */
const AGAIN_AFTER_MS = 10_000;

/** Shows the errors in a child's output under its name; the same one at most every ten seconds. The rest is in its log. */
export function problemLines(name: string, report: (line: string) => void): (line: string) => void {
  const shownAt = new Map<string, number>();
  return (line) => {
    if (!isProblem(line)) return;
    const text = readable(line);
    const now = Date.now();
    if (now - (shownAt.get(text) ?? 0) < AGAIN_AFTER_MS) return;
    // Messages may carry ids: the memory of them must not grow for ever.
    if (shownAt.size > 100) shownAt.clear();
    shownAt.set(text, now);
    report(`${name}: ${text}`);
  };
}
