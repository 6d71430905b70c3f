import { test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { parseAllDocuments } from 'yaml';
import type { Env } from './container-env.js';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Env; annotations?: Env };
  data?: Env;
  spec?: unknown;
}

const found = spawnSync(process.execPath, ['scripts/kubernetes/tools.mjs'], { encoding: 'utf8' });
const tools =
  found.status === 0 ? (JSON.parse(found.stdout) as { helm: string; kubectl: string }) : undefined;

function run(program: 'helm' | 'kubectl', args: string[]): Manifest[] {
  if (!tools) throw new Error(found.stderr);
  const text = execFileSync(tools[program], args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return parseAllDocuments(text)
    .map((document) => document.toJS({ maxAliasCount: -1 }) as Manifest | null)
    .filter((document): document is Manifest => document !== null);
}

/** What `kubectl apply -k` would send. */
export const kustomized = (folder: string): Manifest[] => run('kubectl', ['kustomize', folder]);

/** What `helm install haggle` would send, with these values set (`push.fcm=true`). */
export const ofChart = (...values: string[]): Manifest[] =>
  run('helm', [
    ...['template', 'haggle', 'k8s/chart', '--namespace', 'haggle'],
    ...values.flatMap((value) => ['--set', value]),
  ]);

/** A test that needs both programs: skipped aloud where they cannot be had, failed where nobody would read that. */
export function testRendered(title: string, body: () => void): void {
  if (tools || process.env.CI === 'true') return test(title, body);
  const why = found.stderr.trim().split('\n').at(-1);
  console.warn(`Not checked: ${title}, since ${why}.`);
  test.skip(`${title} (skipped: ${why})`, () => undefined);
}
