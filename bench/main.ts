import { parseArgs } from 'node:util';
import { compare } from './comparison.js';
import type { Phase } from './load/orders.js';
import { haggle } from './peers/haggle/peer.js';
import { prototype } from './peers/prototype/peer.js';
import { tutorial } from './peers/tutorial/peer.js';
import { servers } from './servers.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    pairs: { type: 'string', default: '200' },
    window: { type: 'string', default: '2' },
    rate: { type: 'string', default: '1000' },
    peers: { type: 'string', default: 'tutorial,prototype,haggle' },
    seconds: { type: 'string', default: '8' },
  },
});
const measureMs = Number(values.seconds) * 1_000;
const phases: Record<string, Phase> = {
  saturation: { kind: 'closed', window: Number(values.window), warmMs: 4_000, measureMs },
  steady: { kind: 'open', rate: Number(values.rate), warmMs: 1_500, measureMs },
};
const wanted = values.peers.split(',');
await compare(await servers(), {
  peers: [tutorial, prototype, haggle].filter(({ name }) => wanted.includes(name.toLowerCase())),
  rounds: Number(values.rounds),
  pairs: Number(values.pairs),
  phases,
  progress: (line) => console.log(line),
});
