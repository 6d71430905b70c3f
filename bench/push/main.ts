import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../scripts/project-root.js';
import { met, table, writeIntoPage, type Target } from '../report.js';
import { findServers } from '../servers.js';
import { perSecond, runPush, type PushFigures, type PushPlan } from './run.js';
import { services } from './services.js';

/** `npm run bench:push`: what docs/benchmarks.md describes under "Pushes". Options: see there. */
const { values } = parseArgs({
  options: {
    provider: { type: 'string', default: 'fcm' },
    neighbours: { type: 'string', default: '3000' },
    backlog: { type: 'string', default: '30000' },
    rate: { type: 'string', default: '1500' },
    seconds: { type: 'string', default: '20' },
    /** Prints the figures and leaves the page and the results as they are. */
    dry: { type: 'boolean', default: false },
  },
});
const service = services.find(({ provider }) => provider === values.provider);
if (!service) throw new Error(`--provider=${values.provider} is unknown: fcm or webpush`);
const plan: PushPlan = {
  neighbours: Number(values.neighbours),
  backlog: Number(values.backlog),
  rate: Number(values.rate),
  seconds: Number(values.seconds),
};

const shared = await findServers();
const figures = await runPush(shared, service, plan, (line) => console.log(line));
const [date] = new Date().toISOString().split('T') as [string];
const machine = {
  cpus: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  mongodb: shared.mongodVersion,
  redis: shared.redisVersion,
};
const text = [
  `Measured on ${date}: ${machine.cpus}, ${machine.memoryGb} GB, Node ${machine.node}, MongoDB ${machine.mongodb}, ` +
    `Redis ${machine.redis}; provider ${service.provider}, ${plan.neighbours} people, ${plan.backlog} entries waiting, ` +
    `then ${plan.rate} entries a second for ${plan.seconds} s.`,
  table(['stretch', 'a second', 'CPU µs each', 'of which'], stretches(figures)),
  table(
    ['pushes', 'measured', 'target', 'met'],
    targets(figures).map((one) => [
      one.what,
      String(Math.round(one.measured * 100) / 100),
      `${one.atLeast ? '≥' : '≤'} ${one.target}`,
      met(one) ? 'yes' : 'no',
    ]),
  ),
].join('\n\n');
console.log(`\n${text}`);
if (!values.dry) {
  const folder = join(projectRoot, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const result = { date, machine, provider: service.provider, plan, figures };
  writeFileSync(join(folder, 'push.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeIntoPage(join(projectRoot, 'docs', 'benchmarks.md'), 'npm run bench:push', text);
}

function stretches({ decisions, pushes, steady, bare }: PushFigures): string[][] {
  const named = [
    ['decided, from a backlog', decisions],
    ['pushed, from a full queue', pushes],
    ['decided and pushed, at the steady rate', steady],
    ['a bare queue and a request each', bare],
  ] as const;
  return named.map(([what, stretch]) => [
    what,
    perSecond(stretch).toLocaleString('en'),
    Math.round(stretch.cpuMicros).toLocaleString('en'),
    Object.entries(stretch.cpuByPart)
      .map(([part, micros]) => `${part} ${Math.round(micros)}`)
      .join(', '),
  ]);
}

/** What pushes are held to, beside what was measured. */
function targets({ pushes, steady, bare, lost, twice }: PushFigures): Target[] {
  const least = (what: string, measured: number, target: number) => ({
    ...{ what, measured, target, atLeast: true },
  });
  const most = (what: string, measured: number, target: number) => ({
    ...{ what, measured, target, atLeast: false },
  });
  return [
    least('pushed a second, from a full queue', perSecond(pushes), 1_500),
    least('entries a second that were written, decided and pushed', plan.rate, 1_500),
    most('seconds from the last of them until the queue was empty', steady.drainMs / 1_000, 5),
    most('seconds that the writer was late by its plan', steady.behindMs / 1_000, 1),
    least('pushed a second ÷ a bare queue', perSecond(pushes) / perSecond(bare), 0.5),
    most('pushes lost', lost, 0),
    most('pushes twice', twice, 0),
  ];
}
