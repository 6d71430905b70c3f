import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bottomOf, drawBox, picture, type Box, type Kind } from './drawing.js';

/** What carries Haggle, layer by layer. The versions are those of package.json. */
const layers: readonly { title: string; kind: Kind; parts: Record<string, string> }[] = [
  {
    title: 'Web client',
    kind: 'device',
    parts: { preact: 'screens', wouter: 'addresses', vite: 'build' },
  },
  {
    title: 'Client library',
    kind: 'device',
    parts: { 'socket.io-client': 'transport' },
  },
  {
    title: 'Doors',
    kind: 'process',
    parts: { express: 'REST', 'socket.io': 'WebSocket', zod: 'contract', helmet: 'headers' },
  },
  {
    title: 'Processes',
    kind: 'process',
    parts: { bullmq: 'queues', sharp: 'images', pino: 'log', 'prom-client': 'metrics' },
  },
  {
    title: 'Sign-in and pushes',
    kind: 'process',
    parts: {
      jsonwebtoken: 'tokens',
      '@node-rs/argon2': 'passwords',
      'web-push': 'browsers',
      'firebase-admin': 'phones',
    },
  },
  {
    title: 'Stores',
    kind: 'store',
    parts: { mongoose: 'MongoDB', ioredis: 'Redis', aws4fetch: 'bucket' },
  },
  {
    title: 'Tools',
    kind: 'plain',
    parts: { typescript: 'types', jest: 'tests', 'playwright-core': 'Chromium', oxlint: 'lint' },
  },
];

export function stackPicture(root: string): string {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const versionOf = (name: string): string => {
    const version = dependencies[name] ?? devDependencies[name];
    if (version === undefined) throw new Error(`the picture names ${name}, which is not used`);
    return version;
  };
  let y = 24;
  const rows = layers.map(({ title, kind, parts }) => {
    const boxes = [
      { x: 24, y, width: 170, title, kind: 'plain' as const, lines: [' '] },
      ...Object.entries(parts).map(([name, use], index): Box => ({
        x: 210 + index * 190,
        y,
        width: 178,
        title: name,
        lines: [`${versionOf(name)}, ${use}`],
        kind,
      })),
    ];
    y = bottomOf(boxes[0]!) + 10;
    return boxes;
  });
  const boxes = rows.flat().map(({ lines, ...box }) => ({
    ...box,
    lines: lines?.filter((line) => line !== ' ') ?? [],
  }));
  const names = layers.map(({ title, parts }) => `${title}: ${Object.keys(parts).join(', ')}`);
  return picture(976, y + 14, `The stack of Haggle. ${names.join('. ')}`, boxes.map(drawBox));
}
