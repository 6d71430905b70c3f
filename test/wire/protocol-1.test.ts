import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Chaos } from '../support/chaos/chaos.js';
import { eventually } from '../support/eventually.js';
import { callRest, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { Names } from './names.js';
import { readSamples, writeSamples, type Sample, type Who } from './sample.js';

/**
 * The samples were recorded once, from a real conversation, and are never recorded again: they are what clients in
 * people's hands understand. `WIRE_RECORD=1` fills in the answers of samples that have none yet.
 */
const recording = process.env['WIRE_RECORD'] !== undefined;

let cluster: TestCluster;
let people: Record<Who, Person>;
const devices = new Map<Who, DeviceSocket>();
const names = new Names();

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 1, workers: 1, chaos: true });
  const [buyer, seller, stranger] = await Promise.all(
    ['민지', '준호', '손님'].map((nickname) => cluster.person(nickname)),
  );
  people = { buyer: buyer!, tablet: buyer!, seller: seller!, stranger: stranger! };
  const listing = await seller!.lists({ price: 100_000 });
  names.is('listing', listing.id);
  for (const who of ['buyer', 'seller', 'stranger'] as const) {
    names.is(who, people[who].id);
    names.is(`token of ${who}`, people[who].accessToken);
  }
}, 60_000);

afterAll(async () => {
  for (const person of Object.values(people ?? {})) person.leaves();
  await cluster?.stop();
}, 60_000);

/** Does what the client did, and answers with what it gets today. */
async function act(sample: Sample): Promise<unknown> {
  const { who } = sample;
  const person = people[who];
  const payload = names.fill(sample.with);
  if (sample.emit !== undefined) return devices.get(who)!.ask(sample.emit as never, payload);
  if (sample.call !== undefined) {
    const [method, path] = names.fill(sample.call).split(' ');
    const { status, body } = await callRest(person.gateway.url, method!, path!, {
      body: payload,
      headers: { authorization: `Bearer ${person.accessToken}` },
    });
    return { status, body };
  }
  switch (sample.do) {
    case 'connect': {
      const device = person.opensSocket(person.gateway, payload as object);
      const refused = new Promise((resolve) => device.socket.once('connect_error', resolve));
      device.socket.connect();
      const outcome = await Promise.race([device.hears('session:ready'), refused]);
      if (!(outcome instanceof Error)) {
        devices.set(who, device);
        return outcome;
      }
      device.close();
      return (outcome as Error & { data: unknown }).data;
    }
    case 'disconnect':
      return void devices.get(who)!.close();
    case 'loseNextFanOut':
      return new Chaos(cluster.gateways[0]!).losesFanOuts(1);
    case 'drain':
      return void cluster.gateways[0]!.end('SIGTERM');
    default:
      throw new Error(`"${sample.about}" does nothing`);
  }
}

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((inside, key) => (inside as Record<string, unknown>)?.[key], value);

/** What tells one piece of news from another of its kind: a repeat is told again, and may still be on its way. */
const marks = ['message.seq', 'deliveredSeq', 'readSeq', 'typing', 'online', 'lastSeq'];
const isNews = (frozen: unknown, today: unknown) =>
  frozen === undefined || marks.every((path) => at(frozen, path) === at(today, path));

/** Plays one sample; with `fill`, writes into it what it got. Answers with what a client of the samples would miss. */
async function play(sample: Sample, fill: boolean): Promise<string[]> {
  const heardBefore = new Map(
    [...devices].map(([who, device]) => [who, device.heard.length] as const),
  );
  const answer = await act(sample);
  for (const [name, path] of Object.entries(sample.names ?? {}))
    names.is(name, String(at(answer, path)));
  const missing = fill ? [] : names.missing(sample.answer, answer, 'answer');
  if (fill && answer !== undefined) sample.answer = names.hide(answer);
  for (const one of sample.hears ?? []) {
    const news = await eventually(`${sample.about}: ${one.who} hears ${one.event}`, () =>
      devices
        .get(one.who)!
        .heard.slice(heardBefore.get(one.who) ?? 0)
        .find(({ event, payload }) => event === one.event && isNews(one.payload, payload)),
    );
    if (fill) one.payload = names.hide(news.payload);
    else missing.push(...names.missing(one.payload, news.payload, one.event));
  }
  return missing;
}

/** What is not there cannot be missed: only such samples are still to be recorded. */
const isUnrecorded = ({ answer, hears, ...sample }: Sample) =>
  (hears ?? []).some(({ payload }) => payload === undefined) ||
  (answer === undefined && (sample.do === undefined || sample.do === 'connect'));

test('a client of protocol 1 finds in every answer and event of today what it knows', async () => {
  const missing: string[] = [];
  for (const file of readSamples()) {
    const filled = recording && file.samples.some(isUnrecorded);
    for (const sample of file.samples) {
      const fill = isUnrecorded(sample);
      if (fill && !recording) missing.push(`${file.name}: "${sample.about}" was never recorded`);
      else
        missing.push(
          ...(await play(sample, fill)).map((one) => `${file.name}: ${sample.about}: ${one}`),
        );
    }
    if (filled) writeSamples(file);
  }
  expect(missing).toEqual([]);
}, 60_000);

test('the samples hold every event of protocol 1', () => {
  const samples = readSamples().flatMap((file) => file.samples);
  const said = new Set(samples.map(({ emit }) => emit));
  const heard = new Set([
    ...samples.flatMap(({ hears = [] }) => hears.map(({ event }) => event)),
    ...samples.filter((one) => one.do === 'connect').map(() => 'session:ready'),
  ]);
  for (const event of clientEventsThen) expect(said).toContain(event);
  for (const event of serverEventsThen) expect(heard).toContain(event);
});

/** What protocol 1 began with: none of these may go. */
const clientEventsThen = [
  ...['conversation:open', 'message:send', 'message:edit', 'message:unsend'],
  ...['receipt:delivered', 'receipt:read', 'typing:set', 'presence:watch', 'presence:unwatch'],
  ...['offer:make', 'offer:respond', 'sync:pull', 'session:refresh'],
];
const serverEventsThen = [
  ...['session:ready', 'message:new', 'receipt:updated', 'conversation:updated', 'sync:hint'],
  ...['typing', 'presence', 'session:revoked', 'server:draining'],
];
