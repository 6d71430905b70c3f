import type { Found } from './servers.js';
import type { Bars } from './plot.js';
import type { Build } from './peers/haggle/nodes.js';

/** What every table of `npm run bench` is made with. */
export interface Run {
  servers: Found;
  /** This build first; then the one to compare with, if there is one. */
  builds: Build[];
  /** Shorter, with fewer rounds, for a look while developing. */
  quick: boolean;
  progress: (line: string) => void;
}

/** A table in Markdown, and everything that was measured for it. */
export interface Tabled {
  text: string;
  result: object;
  /** A picture of the main figures. */
  plot?: { title: string; charts: Bars[] };
}
