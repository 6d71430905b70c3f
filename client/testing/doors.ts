import type { z } from 'zod';
import { check, repeatingId } from '../../src/contract/check.js';
import { Refusal, problemOf, retryAfterSeconds, invalid } from '../../src/contract/errors.js';
import { clientEvents, type ClientEventName, type PayloadOf } from '../../src/contract/events.js';
import { endpoints, type Endpoint } from '../../src/contract/rest.js';
import type { Answers, Block } from '../contract-types.js';
import { accountRoutes } from './account.js';
import { alertRoutes } from './alerts.js';
import { chatEvents, chatRoutes } from './chat.js';
import { dealRoutes } from './deals.js';
import { imageRoutes } from './images.js';
import { listingEvents, listingRoutes } from './listings.js';
import { moderationRoutes, mustModerate, note } from './moderation.js';
import { offerEvents, offerRoutes } from './offers.js';
import { peopleEvents, peopleRoutes } from './people.js';
import { profileRoutes } from './profiles.js';
import { identify, sessionEvents, sessionRoutes } from './sessions.js';
import { pullSync } from './sync.js';
import type { Caller, Events, Routes, World } from './world.js';

export const url = 'http://mock.haggle.invalid';

/** What each event of the socket does. The REST door calls the same functions. */
const events: Events = {
  ...chatEvents,
  ...listingEvents,
  ...offerEvents,
  ...peopleEvents,
  ...sessionEvents,
  'sync:pull': pullSync,
};

/** What the endpoints of the contract do. */
const routes: Routes = {
  ...accountRoutes,
  ...alertRoutes,
  ...chatRoutes,
  ...dealRoutes,
  ...imageRoutes,
  ...listingRoutes,
  ...moderationRoutes,
  ...offerRoutes,
  ...peopleRoutes,
  ...profileRoutes,
  ...sessionRoutes,
  sync: pullSync,
};

const table = Object.entries(routes).map(([name, handle]) => {
  const endpoint: Endpoint = endpoints[name as keyof Routes];
  const path = new RegExp(`^${endpoint.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  return { name, endpoint, path, handle: handle as (me: Caller, asked: object) => Told };
});

type Listed = { id: string } | Pick<Block, 'user'>;
type Told = Listed[] | { all?: Listed[]; duplicate?: boolean } | undefined;

type PageAsked = { limit?: number; cursor?: string };

const idOf = (one: Listed) => ('id' in one ? one.id : one.user.id);

/** One page of a whole list. A cursor works only with what it was made for. Throws VALIDATION_FAILED. */
function pageOf(
  { world, userId }: Caller,
  { path }: Endpoint,
  { limit, cursor, ...query }: PageAsked,
  all: Listed[],
) {
  const scope = JSON.stringify([path, userId, query]);
  const behind = cursor === undefined ? undefined : world.cursors.get(cursor);
  if (cursor !== undefined && behind?.scope !== scope)
    throw invalid('query.cursor', 'does not belong to this list');
  const start = behind ? all.findIndex((one) => idOf(one) === behind.last) + 1 : 0;
  const items = all.slice(start, limit && start + limit);
  if (start + items.length === all.length) return { items, nextCursor: null };
  const nextCursor = world.nextId('cursor');
  world.cursors.set(nextCursor, { scope, last: idOf(items.at(-1)!) });
  return { items, nextCursor };
}

/** The one file of a form. Throws VALIDATION_FAILED. */
function fileIn(form: unknown, field: string): unknown {
  if (!(form instanceof FormData)) throw invalid(field, 'is missing');
  // React Native's form lists no fields, so it is taken as the file.
  if (typeof form.entries !== 'function') return form;
  const [part, ...more] = [...form.entries()];
  if (!part) throw invalid(field, 'is missing');
  if (part[0] !== field || more.length > 0)
    throw invalid(field, 'must be the only field, with one file');
  return part[1];
}

/** The fields that the contract has for an answer, with the `clientMessageId` of the request where it has that. */
const shaped = (schema: z.ZodType | null, input: unknown, answer: unknown): unknown =>
  schema?.parse(repeatingId(schema, input, answer));

/** Runs one request of a socket, or of a person whom the test controls. Throws the refusal. */
export function runEvent<Name extends ClientEventName>(
  me: Caller,
  event: Name,
  payload: unknown,
): Answers[Name] {
  const schemas = clientEvents[event] as (typeof clientEvents)[Name] | undefined;
  if (!schemas) throw new Refusal('VALIDATION_FAILED', 'There is no such event');
  me.world.isActive(me.userId);
  const input = check(schemas.payload, payload, '') as PayloadOf<Name>;
  return shaped(schemas.data, input, events[event](me, input)) as Answers[Name];
}

/** The REST door. An unknown path is a fault of the test, so it throws instead of answering 404. */
export async function answerFetch(
  world: World,
  address: string,
  { method = 'GET', headers, body }: RequestInit = {},
): Promise<Response> {
  await world.network.way(2);
  if (!world.network.reachable) throw new TypeError('the mock gateway is out of reach');
  const [path = '', search = ''] = address.slice(`${url}/v1`.length).split('?');
  const found = table.find(
    (one) => one.endpoint.method === method.toLowerCase() && one.path.test(path),
  );
  if (!found) throw new Error(`the mock gateway has no ${method} ${path}`);
  const { name, endpoint, handle } = found;
  try {
    world.network.mustNotRefuse('http');
    const { authorization } = (headers ?? {}) as { authorization?: string };
    const nobody = { world, userId: '', sessionId: '' };
    const token = authorization?.replace(/^Bearer /, '');
    const open = endpoint.access === 'public' || (endpoint.access === 'guest' && !token);
    const me = open ? nobody : identify(world, token);
    if (endpoint.access === 'moderator') mustModerate(me);
    const params = Object.entries(found.path.exec(path)!.groups ?? {}).map(decoded);
    const sent: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    const input = endpoint.body ? check(endpoint.body, sent, '') : undefined;
    const asked = {
      ...(check(endpoint.params, Object.fromEntries(params), 'path') as object),
      ...(check(endpoint.query, Object.fromEntries(pairs(search)), 'query') as object),
      ...(input as object | undefined),
      ...(endpoint.upload ? { file: fileIn(sent, endpoint.upload) } : {}),
    };
    if (endpoint.access === 'moderator' && endpoint.method !== 'get') note(me, name, asked);
    const told = handle(me, asked);
    const answer = Array.isArray(told) ? { all: told } : told;
    const status = endpoint.success[answer?.duplicate ? 1 : 0] ?? endpoint.success[0]!;
    const page = answer?.all && pageOf(me, endpoint, asked as PageAsked, answer.all);
    const shown = page ? { ...answer, ...page } : answer;
    return responseOf(status, endpoint.download ? shown : shaped(endpoint.reply, input, shown));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const problem = problemOf(error);
    return responseOf(problem.status, problem, retryAfterSeconds(error));
  }
}

/** The part of a `Response` that the library reads: some test environments have no real one. */
function responseOf(status: number, body: unknown, retryAfter?: number): Response {
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'retry-after': retryAfter?.toString(),
  };
  return {
    ok: status < 300,
    status,
    headers: { get: (name: string) => headers[name.toLowerCase()] ?? null },
    text: () => Promise.resolve(body === undefined ? '' : JSON.stringify(body)),
  } as unknown as Response;
}

const decoded = ([name = '', value = '']: string[]) =>
  [decodeURIComponent(name), decodeURIComponent(value)] as const;

/** Parsed by hand, since React Native's `URL` lacks most of this. */
const pairs = (search: string) =>
  search
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => decoded(pair.split('=')));
