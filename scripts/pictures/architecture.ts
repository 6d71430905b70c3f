import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bottomOf, drawArrow, drawBox, picture, wrapped, type Box } from './drawing.js';

/** The processes, what is in them, and what they keep where. Slices and roles are read from the folders. */
export function architecturePicture(root: string): string {
  const folders = (path: string) =>
    readdirSync(join(root, path), { withFileTypes: true })
      .filter((one) => one.isDirectory())
      .map(({ name }) => name)
      .sort();
  // What carries the slices is no slice.
  const carriers = ['admin', 'contract', 'docs-site', 'domain', 'http', 'platform', 'realtime'];
  const slices = folders('src').filter((name) => !carriers.includes(name));
  const roles = folders('workers');

  const clients: Box = {
    x: 24,
    y: 24,
    width: 190,
    title: 'Apps and browsers',
    lines: ['@haggle/client,', 'any Socket.IO 4 client'],
    kind: 'device',
  };
  const host: Box = {
    x: 24,
    y: 190,
    width: 190,
    title: 'Your own server',
    lines: ['accounts and catalogue,', 'if you have them'],
    kind: 'device',
  };
  const gateway: Box = {
    x: 340,
    y: 24,
    width: 270,
    title: 'Gateway, any number',
    lines: [
      'doors: REST and WebSocket',
      'validated by src/contract',
      'slices:',
      ...wrapped(slices, 34),
      'rules: src/domain, without I/O',
    ],
    kind: 'process',
  };
  const worker: Box = {
    x: 340,
    y: bottomOf(gateway) + 56,
    width: 270,
    title: 'Worker, any number',
    lines: ['the same slices without doors', `roles: ${wrapped(roles, 60)[0]}`],
    kind: 'process',
  };
  const redis: Box = {
    x: 760,
    y: 24,
    width: 216,
    title: 'Redis',
    lines: ['fan-out, presence, rates,', 'queues: all may be lost'],
    kind: 'store',
  };
  const mongo: Box = {
    x: 760,
    y: bottomOf(redis) + 52,
    width: 216,
    title: 'MongoDB replica set',
    lines: ['the log of each conversation,', 'and everything durable'],
    kind: 'store',
  };
  const phones: Box = {
    x: 760,
    y: worker.y + 20,
    width: 216,
    title: 'FCM, Web Push',
    lines: ['phones that look away'],
    kind: 'device',
  };
  const boxes = [clients, host, gateway, worker, mongo, redis, phones];
  const height = Math.max(...boxes.map(bottomOf)) + 24;
  return picture(
    1000,
    height,
    `The architecture of Haggle: apps talk to any gateway, gateways write to MongoDB and tell each other over Redis; workers read the log and send pushes and webhooks`,
    [
      ...boxes.map(drawBox),
      drawArrow([214, 60], [340, 60], 'REST, sockets'),
      drawArrow([214, host.y + 26], [340, host.y - 20], '/v1/host'),
      drawArrow([340, worker.y + 26], [214, bottomOf(host) - 12], 'webhooks'),
      drawArrow([610, 52], [760, 52], 'hints, jobs'),
      drawArrow([610, mongo.y + 26], [760, mongo.y + 26], 'majority writes'),
      drawArrow([760, bottomOf(mongo) - 6], [610, worker.y + 16], 'change stream'),
      drawArrow([610, phones.y + 28], [760, phones.y + 28], 'pushes'),
    ],
  );
}
