import { readFileSync } from 'node:fs';
import type { Env } from './container-env.js';

export interface Instruction {
  name: string;
  rest: string;
}

/** The instructions of a Dockerfile by stage, without comments, continued lines joined. */
export function readStages(file: string): Instruction[][] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, rest: rest.trim() });
  }
  return stages;
}

/** What the last `name` of a stage says. */
export function lastOf(stage: Instruction[], name: string): string {
  return stage.findLast((instruction) => instruction.name === name)?.rest ?? '';
}

export function envOf(stage: Instruction[]): Env {
  const pairs = stage
    .filter((instruction) => instruction.name === 'ENV')
    .flatMap((instruction) => instruction.rest.split(/\s+/));
  return Object.fromEntries(
    pairs.map((pair) => [
      pair.slice(0, pair.indexOf('=')),
      pair.slice(pair.indexOf('=') + 1).replace(/^"|"$/g, ''),
    ]),
  );
}
