/** What the plain JavaScript part (`prepare/progress.mjs`) hands to the compiled code for showing progress. */
export interface Progress {
  /** Prints one line without landing in a spinner. */
  line(text: string): void;
  /** Runs the work; shows the text, and the latest note behind it, once it takes longer than a second. */
  during<T>(text: string, work: (note: (detail: string) => void) => Promise<T>): Promise<T>;
}
