import autocannon from 'autocannon';
import mongoose from 'mongoose';
import { onGround, type Servers } from '../ground.js';
import { obeyed, startLoad } from '../load/generator.js';
import type { Pair } from '../load/orders.js';
import { cpuMicros } from '../measure/cpu.js';
import { median } from '../measure/percentiles.js';
import { thisBuild, type Build } from '../peers/haggle/nodes.js';
import { haggleOf } from '../peers/haggle/peer.js';
import { most, partsOf, round, table, targetTable, type Target } from '../report.js';
import type { Run, Tabled } from '../run.js';

const pairsMade = 200;
/** Entries of a page of history, and of a pull. */
const entriesRead = 30;
/** Pages of each conversation that are asked for in turn. */
const pagesOfPair = 3;
const connections = 8;

interface Cpu {
  cpuMicros: number;
  cpuByPart: Record<string, number>;
}

interface Measured {
  messages: number;
  /** Bytes on disk per message, without what the files keep free. */
  dataBytes: number;
  indexBytes: Record<string, number>;
  /** Of one page of history by REST, and of one pull by a socket. */
  page: Cpu;
  pull: Cpu;
}

/** What a stored text of 100 bytes takes on disk, and what it costs to read it again. */
export async function storageTable(run: Run): Promise<Tabled> {
  const [rounds, messages] = run.quick ? [1, 15_000] : [3, 50_000];
  const measured: Record<string, Measured[]> = {};
  for (let number = 1; number <= rounds; number += 1)
    for (const build of run.builds) {
      const one = await storeAndRead(run.servers, build, messages);
      (measured[build.name] ??= []).push(one);
      run.progress(`storage, round ${number}, ${build.name}: ${round(bytesOf(one))} bytes`);
    }
  const medians = Object.fromEntries(
    Object.entries(measured).map(([name, all]) => [name, middle(all)]),
  );
  const conditions =
    `${pairsMade} conversations, stored at saturation; ${rounds} rounds, medians; ` +
    `pages and pulls of ${entriesRead} entries.`;
  const bars = Object.entries(medians).map(([name, one]) => ({
    name,
    value: bytesOf(one),
    own: name === thisBuild.name,
  }));
  const title = 'Bytes of a stored text of 100 bytes, with its indexes';
  return {
    text: inTables(medians, conditions),
    result: { medians, measured },
    plot: { title, charts: [{ title, unit: 'bytes', bars }] },
  };
}

const bytesOf = ({ dataBytes, indexBytes }: Measured): number =>
  Object.values(indexBytes).reduce((sum, bytes) => sum + bytes, dataBytes);

async function storeAndRead(servers: Servers, build: Build, messages: number): Promise<Measured> {
  return onGround(servers, async (ground) => {
    const { pairs, parts } = await haggleOf(build).start(ground, pairsMade);
    const load = await startLoad(ground);
    await obeyed(load, { order: 'connect', pairs, receipts: true }, 'connected');
    const phase = { kind: 'closed', window: 2, warmMs: 0, measureMs: 2_000 } as const;
    for (let stored = 0; stored < messages;) {
      const { result } = await obeyed(load, { order: 'run', phase }, 'done');
      stored += result.messages;
    }
    const all = { ...parts, mongod: [servers.mongodPid], redis: [servers.redisPid] };
    const onDisk = await measureDisk(ground.mongoUri);
    const perPair = Math.floor(onDisk.messages / pairsMade);
    await readPages(pairs, perPair);
    const page = await cpuOf(all, () => readPages(pairs, perPair));
    const pull = async () => {
      const order = { order: 'pull', times: 10, behind: entriesRead } as const;
      const { result } = await obeyed(load, order, 'pulled');
      if (result.entries !== result.pulls * entriesRead)
        throw new Error(`${result.pulls} pulls were answered with ${result.entries} entries`);
      return result.pulls;
    };
    await pull();
    return { ...onDisk, page, pull: await cpuOf(all, pull) };
  });
}

/** Sizes after a checkpoint, so that all is in the files. */
async function measureDisk(mongoUri: string) {
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  try {
    await connection.db!.admin().command({ fsync: 1 });
    const [stats] = (await connection
      .collection('messages')
      .aggregate([{ $collStats: { storageStats: {} } }])
      .toArray()) as [{ storageStats: StorageStats }];
    const { count, storageSize, freeStorageSize, indexSizes, indexDetails } = stats.storageStats;
    const each = (bytes: number) => bytes / count;
    return {
      messages: count,
      dataBytes: each(storageSize - freeStorageSize),
      indexBytes: Object.fromEntries(
        Object.entries(indexSizes).map(([name, size]) => [
          name,
          each(size - indexDetails[name]!['block-manager']['file bytes available for reuse']),
        ]),
      ),
    };
  } finally {
    await connection.close();
  }
}

interface StorageStats {
  count: number;
  storageSize: number;
  freeStorageSize: number;
  indexSizes: Record<string, number>;
  indexDetails: Record<string, { 'block-manager': { 'file bytes available for reuse': number } }>;
}

/** Reads pages of the history of every conversation, by the gateway of the sender. Returns how many. */
async function readPages(pairs: Pair[], perPair: number): Promise<number> {
  const ports = [...new Set(pairs.map((pair) => pair.senderPort))];
  const read = await Promise.all(
    ports.map((port) =>
      readFrom(
        pairs.filter((pair) => pair.senderPort === port),
        perPair,
      ),
    ),
  );
  return read.reduce((sum, pages) => sum + pages, 0);
}

async function readFrom(pairs: Pair[], perPair: number): Promise<number> {
  const requests = pairs.flatMap(({ conversationId, senderToken }) =>
    Array.from({ length: pagesOfPair }, (_, page) => {
      const before = entriesRead + 1 + Math.floor(((perPair - entriesRead) * page) / pagesOfPair);
      return {
        method: 'GET' as const,
        path: `/v1/conversations/${conversationId}/messages?beforeSeq=${before}&limit=${entriesRead}`,
        headers: { authorization: `Bearer ${senderToken}` },
      };
    }),
  );
  const { non2xx, errors, ...result } = await autocannon({
    url: `http://127.0.0.1:${pairs[0]!.senderPort}`,
    connections,
    amount: 4 * requests.length,
    requests,
  });
  if (non2xx + errors > 0) throw new Error(`pages: ${non2xx} refused, ${errors} failed`);
  return result.requests.total;
}

/** CPU time of all servers for each of what `work` did. */
async function cpuOf(parts: Record<string, number[]>, work: () => Promise<number>): Promise<Cpu> {
  const read = () => Object.values(parts).map(cpuMicros);
  const before = read();
  const count = await work();
  const each = read().map((micros, index) => (micros - before[index]!) / count);
  return {
    cpuMicros: each.reduce((sum, micros) => sum + micros, 0),
    cpuByPart: Object.fromEntries(Object.keys(parts).map((part, index) => [part, each[index]!])),
  };
}

function middle(all: Measured[]): Measured {
  const of = (pick: (one: Measured) => number) => median(all.map(pick));
  const each = (names: string[], pick: (one: Measured, name: string) => number) =>
    Object.fromEntries(names.map((name) => [name, of((one) => pick(one, name))]));
  const cpu = (pick: (one: Measured) => Cpu): Cpu => ({
    cpuMicros: of((one) => pick(one).cpuMicros),
    cpuByPart: each(
      Object.keys(pick(all[0]!).cpuByPart),
      (one, part) => pick(one).cpuByPart[part]!,
    ),
  });
  return {
    messages: of((one) => one.messages),
    dataBytes: of((one) => one.dataBytes),
    indexBytes: each(Object.keys(all[0]!.indexBytes), (one, name) => one.indexBytes[name]!),
    page: cpu((one) => one.page),
    pull: cpu((one) => one.pull),
  };
}

function inTables(medians: Record<string, Measured>, conditions: string): string {
  const lines = Object.entries(medians).map(([name, one]) => [
    name,
    ...[round(one.messages), round(bytesOf(one)), round(one.dataBytes)],
    Object.entries(one.indexBytes)
      .map(([index, bytes]) => `${index} ${round(bytes)}`)
      .join(', '),
    ...[round(one.page.cpuMicros), partsOf(one.page)],
    ...[round(one.pull.cpuMicros), partsOf(one.pull)],
  ]);
  const head = [
    ...['build', 'messages', 'bytes each', 'data', 'indexes'],
    ...['page: CPU µs', 'of which', 'pull: CPU µs', 'of which'],
  ];
  const held = targets(medians);
  return [
    conditions,
    table(head, lines),
    ...(held.length > 0 ? [targetTable('Haggle', held)] : []),
  ].join('\n\n');
}

function targets(medians: Record<string, Measured>): Target[] {
  const { [thisBuild.name]: now, ...others } = medians;
  const [before] = Object.entries(others);
  if (!now || !before) return [];
  const [name, other] = before;
  return [
    most(`bytes of a message ÷ ${name}`, bytesOf(now) / bytesOf(other), 0.55),
    most(`CPU of a page ÷ ${name}`, now.page.cpuMicros / other.page.cpuMicros, 1),
    most(`CPU of a pull ÷ ${name}`, now.pull.cpuMicros / other.pull.cpuMicros, 1),
  ];
}
