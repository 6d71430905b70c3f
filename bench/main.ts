import { parseArgs } from 'node:util';
import { compare } from './comparison.js';
import type { Phase } from './load/orders.js';
import { haggle } from './peers/haggle/peer.js';
import { prototype } from './peers/prototype/peer.js';
import { tutorial } from './peers/tutorial/peer.js';
import { figuresOf, groundsOf, record, tables } from './report.js';
import { findServers } from './servers.js';

/** `npm run bench`: docs/benchmarks.md describes it and its options; it takes under six minutes. */
const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: 'tutorial,prototype,haggle' },
    rounds: { type: 'string', default: '3' },
    pairs: { type: 'string', default: '200' },
    window: { type: 'string', default: '2' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '8' },
    /** Prints the figures only, and changes neither the page nor the results. */
    dry: { type: 'boolean', default: false },
  },
});
const [rounds, pairs, window, rate] = [values.rounds, values.pairs, values.window, values.rate].map(
  Number,
) as [number, number, number, number];
const measureMs = Number(values.seconds) * 1_000;
const phases = {
  saturation: { kind: 'closed', window, warmMs: 4_000, measureMs },
  steady: { kind: 'open', rate, warmMs: 1_500, measureMs },
} satisfies Record<string, Phase>;
const wanted = values.peers.split(',');

const shared = await findServers();
const comparison = await compare(shared, {
  peers: [tutorial, prototype, haggle].filter(({ name }) => wanted.includes(name.toLowerCase())),
  rounds,
  pairs,
  phases,
  progress: (line) => console.log(line),
});

const { date, machine, words } = groundsOf(shared);
const conditions =
  `${words}; ${rounds} rounds, medians; ${pairs} pairs, ${window} sends under way each at saturation, ` +
  `${rate} messages/s at the steady rate.`;
const figures = figuresOf(comparison);
const text = tables(figures, conditions);
console.log(`\n${text}`);
const result = { date, machine, rounds, pairs, phases, figures, eachRound: comparison.rounds };
if (!values.dry) record('npm run bench', 'latest.json', result, text);
