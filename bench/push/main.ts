import { parseArgs } from 'node:util';
import {
  groundsOf,
  least,
  most,
  partsOf,
  record,
  round,
  table,
  targetTable,
  type Target,
} from '../report.js';
import { findServers } from '../servers.js';
import { perSecond, runPush, type PushFigures, type PushPlan } from './run.js';
import { services } from './services.js';

/** `npm run bench:push`: docs/benchmarks.md describes it and its options under "Pushes". */
const { values } = parseArgs({
  options: {
    provider: { type: 'string', default: 'fcm' },
    neighbours: { type: 'string', default: '3000' },
    workers: { type: 'string', default: '2' },
    backlog: { type: 'string', default: '30000' },
    'push-rate': { type: 'string', default: '1500' },
    'entry-rate': { type: 'string', default: '600' },
    seconds: { type: 'string', default: '20' },
    /** Prints the figures only, and changes neither the page nor the results. */
    dry: { type: 'boolean', default: false },
  },
});
const service = services.find(({ provider }) => provider === values.provider);
if (!service) throw new Error(`--provider=${values.provider} is unknown: fcm or webpush`);
const plan: PushPlan = {
  neighbours: Number(values.neighbours),
  workers: Number(values.workers),
  backlog: Number(values.backlog),
  pushRate: Number(values['push-rate']),
  entryRate: Number(values['entry-rate']),
  seconds: Number(values.seconds),
};

const shared = await findServers();
const figures = await runPush(shared, service, plan, (line) => console.log(line));
const { date, machine, words } = groundsOf(shared);
const text = [
  `${words}; ${plan.workers} push workers, provider ${service.provider}, ${plan.neighbours} people, ` +
    `${plan.backlog} entries waiting, ` +
    `then ${plan.pushRate} pushes or ${plan.entryRate} entries a second for ${plan.seconds} s.`,
  table(['stretch', 'a second', 'CPU µs each', 'of which'], stretches(figures)),
  targetTable('pushes', targets(figures)),
].join('\n\n');
console.log(`\n${text}`);
const result = { date, machine, provider: service.provider, plan, figures };
if (!values.dry) record('npm run bench:push', 'push.json', result, text);

function stretches({ decisions, pushes, sustained, together, bare }: PushFigures): string[][] {
  const named = [
    ['decided, from a backlog', decisions],
    ['pushed, from a full queue', pushes],
    [`pushed, ${plan.pushRate} given a second`, sustained],
    [`written, decided and pushed, ${plan.entryRate} a second`, together],
    ['a bare queue and a request each', bare],
  ] as const;
  return named.map(([what, stretch]) => [
    what,
    round(perSecond(stretch)),
    round(stretch.cpuMicros),
    partsOf(stretch),
  ]);
}

/** The targets for pushes, beside the measured values. */
function targets(figures: PushFigures): Target[] {
  const { pushes, sustained, together, bare, lost, twice } = figures;
  return [
    least('pushed a second, from a full queue', perSecond(pushes), 1_500),
    least('pushes given a second', plan.pushRate, 1_500),
    most('seconds from the last of them until the queue was empty', sustained.drainMs / 1_000, 5),
    most(
      'seconds from the end of the writer until the queue was empty',
      together.drainMs / 1_000,
      5,
    ),
    most('seconds that the writer was late by its plan', together.behindMs / 1_000, 1),
    least('pushed a second ÷ a bare queue', perSecond(pushes) / perSecond(bare), 0.5),
    most('pushes lost', lost, 0),
    most('pushes twice', twice, 0),
  ];
}
