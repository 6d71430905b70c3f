import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * One step of a recorded conversation: what a client did and what it got. `<name>` stands for a value that is another
 * one in each conversation, such as an id; `<some …>` for one that may differ from mention to mention.
 */
export interface Sample {
  /** What this is about, in words. */
  about: string;
  /** Whose device does it. */
  who: Who;
  /** Over the socket … */
  emit?: string;
  /** … by HTTP (`POST /v1/…`) … */
  call?: string;
  /** … or something that a client does without a question. */
  do?: 'connect' | 'disconnect' | 'loseNextFanOut' | 'drain';
  /** Payload, body, or what goes into the handshake. */
  with?: unknown;
  /** Acknowledgement, or status and body. */
  answer?: unknown;
  /** Names for what the answer brings, by where it stands in it. */
  names?: Record<string, string>;
  /** What is heard because of it. */
  hears?: { who: Who; event: string; payload?: unknown }[];
}

export type Who = 'buyer' | 'tablet' | 'seller' | 'stranger';

export interface SampleFile {
  name: string;
  samples: Sample[];
}

const folder = fileURLToPath(new URL('protocol-1/', import.meta.url));

/** All samples, in the order in which the conversation went. */
export const readSamples = (): SampleFile[] =>
  readdirSync(folder)
    .sort()
    .map((name) => ({
      name,
      samples: JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as Sample[],
    }));

export function writeSamples({ name, samples }: SampleFile): void {
  const path = `${folder}${name}`;
  writeFileSync(path, JSON.stringify(samples));
  execFileSync('npx', ['oxfmt', path]);
}
