import { parseArgs } from 'node:util';
import { buildAgainst } from './against.js';
import { comebackTable } from './comeback/table.js';
import { connectionTable } from './connections/table.js';
import { messageTable } from './messages/table.js';
import { thisBuild } from './peers/haggle/nodes.js';
import { groundsOf, record, savePlot } from './report.js';
import { overloadTable } from './overload/table.js';
import { restTable } from './rest/table.js';
import { storageTable } from './storage/table.js';
import type { Run, Tabled } from './run.js';
import { findServers } from './servers.js';

/** `npm run bench`: docs/benchmarks.md describes it and its options. */
const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: 'messages,connections,comeback,rest,storage,overload' },
    /** A commit, or the folder of a built checkout, that is measured as a peer. */
    against: { type: 'string' },
    quick: { type: 'boolean', default: false },
    /** Prints the figures only, and changes neither the page nor the results. */
    dry: { type: 'boolean', default: false },
    peers: { type: 'string' },
    rounds: { type: 'string' },
    pairs: { type: 'string', default: '200' },
    window: { type: 'string', default: '2' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
  },
});
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const messages = {
  peers: values.peers?.split(','),
  rounds: number(values.rounds),
  pairs: Number(values.pairs),
  window: Number(values.window),
  rate: Number(values.rate),
  seconds: number(values.seconds),
};
const tables: Record<string, (run: Run) => Promise<Tabled>> = {
  messages: (run) => messageTable(run, messages),
  connections: connectionTable,
  comeback: comebackTable,
  rest: restTable,
  storage: storageTable,
  overload: overloadTable,
};
const wanted = values.tables.split(',');
const unknown = wanted.find((name) => !tables[name]);
if (unknown) throw new Error(`No table "${unknown}", there are ${Object.keys(tables).join(', ')}`);

const progress = (line: string) => console.log(line);
const servers = await findServers();
const against = values.against ? await buildAgainst(values.against, progress) : undefined;
const run: Run = {
  servers,
  builds: [thisBuild, ...(against ? [against.build] : [])],
  quick: values.quick,
  progress,
};
const { date, machine, words } = groundsOf(servers);
try {
  for (const name of wanted) {
    const { text, result, plot } = await tables[name]!(run);
    const page = `${words}; ${text}`;
    console.log(`\n${page}\n`);
    if (values.dry) continue;
    const shown = plot ? `${savePlot(`bench-${name}`, plot)}\n\n${page}` : page;
    record(`npm run bench, ${name}`, `${name}.json`, { date, machine, ...result }, shown);
  }
} finally {
  await against?.remove();
}
