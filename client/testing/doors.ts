import { z } from 'zod';
import { check } from '../../src/contract/check.js';
import { Refusal, errorCodes } from '../../src/contract/errors.js';
import { clientEvents, type ClientEventName, type PayloadOf } from '../../src/contract/events.js';
import type { view } from '../../src/contract/index.js';
import { endpoints, type Endpoint, type Endpoints } from '../../src/contract/rest.js';
import type { BodyOf, ParamsOf, QueryOf } from '../../src/contract/rest.js';
import type { Seen } from '../../src/domain/deal.js';
import { dealVerbs, type DealVerb } from '../../src/domain/deal-verbs.js';
import type { Answers } from '../contract-types.js';
import * as talk from './conversations.js';
import { actOnDeal, listDeals, ownDeal, shownTo } from './deals.js';
import { block, leave, listBlocks, unblock } from './endings.js';
import { getListing, listListings } from './listings.js';
import * as log from './log.js';
import { getOffer, makeOffer, respondToOffer } from './offers.js';
import * as people from './people.js';
import { getProfile, listReviews, writeReview } from './reviews.js';
import { pullSync } from './sync.js';
import type { Actor, World } from './world.js';

type Events = {
  [Name in ClientEventName]: (
    world: World,
    actor: Actor,
    input: PayloadOf<Name>,
  ) => Answers[Name] | (Answers[Name] & { duplicate?: boolean });
};

/** What each event of the socket does. The REST door calls the same functions. */
const events: Events = {
  'conversation:open': talk.openConversation,
  'message:send': log.sendMessage,
  'message:edit': log.editMessage,
  'message:unsend': log.unsendMessage,
  'receipt:delivered': (world, actor, { conversationId, seq }) =>
    talk.moveReceipts(world, actor, conversationId, { deliveredSeq: seq }),
  'receipt:read': (world, actor, { conversationId, seq }) =>
    talk.moveReceipts(world, actor, conversationId, { readSeq: seq }),
  'typing:set': talk.setTyping,
  'presence:watch': (world, actor, { userIds }) => {
    world.watch(actor, userIds, true);
    return { presences: userIds.map((id) => world.presenceOf(actor.userId, id)) };
  },
  'presence:unwatch': (world, actor, { userIds }) => {
    world.watch(actor, userIds, false);
    return { presences: [] };
  },
  'offer:make': makeOffer,
  'offer:respond': respondToOffer,
  'sync:pull': pullSync,
  'session:refresh': people.renewSession,
};

interface Call<E> {
  world: World;
  /** Missing on public endpoints. */
  actor: Actor;
  path: string;
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  /** Present only on endpoints that take one. */
  file: unknown;
}
type AnyCall<Body> = Pick<Call<never>, 'world' | 'actor'> & { params: { id: string }; body: Body };

/** With or without an amount. */
type AnswerSent = Omit<Parameters<typeof respondToOffer>[2], 'action' | 'offerId'>;

const inConversation = <Body>({ params, body }: AnyCall<Body>) => ({
  ...body,
  conversationId: params.id,
});
const onOffer =
  (action: PayloadOf<'offer:respond'>['action']) =>
  ({ world, actor, params, body }: AnyCall<AnswerSent>) =>
    respondToOffer(world, actor, { ...body, offerId: params.id, action });
const onDeal =
  <Input extends Seen>(verb: DealVerb<Input>) =>
  ({ world, actor, params, body }: AnyCall<Input>) =>
    actOnDeal(world, actor, params.id, verb, body);

/** What each endpoint of the contract does. `duplicate` in the answer selects the second of its statuses. */
const routes: { [Name in keyof Endpoints]?: (call: Call<Endpoints[Name]>) => unknown } = {
  signUp: ({ world, body }) => people.signIn(world, people.addAccount(world, body).id),
  logIn: ({ world, body }) => people.logIn(world, body),
  refresh: ({ world, body }) => people.refresh(world, body),
  logOut: ({ world, actor }) => world.endSession(actor.sessionId),
  getMe: ({ world, actor }) => people.presentMe(world.state.accounts[actor.userId]!),
  listBlocks: (call) => paged(call, listBlocks(call.world, call.actor)),
  blockUser: ({ world, actor, params }) => block(world, actor, params.userId),
  unblockUser: ({ world, actor, params }) => unblock(world, actor, params.userId),
  getUser: ({ world, actor, params }) => getProfile(world, actor, params.id),
  listReviews: (call) => paged(call, listReviews(call.world, call.actor, call.params.id)),
  listListings: (call) => paged(call, listListings(call.world, call.actor, call.query)),
  getListing: ({ world, actor, params }) => getListing(world, actor, params.id),
  openConversation: ({ world, actor, body }) => {
    const { conversation, duplicate } = talk.openConversation(world, actor, body);
    return { ...conversation, duplicate };
  },
  listConversations: (call) =>
    paged(call, talk.listConversations(call.world, call.actor, call.query)),
  getConversation: ({ world, actor, params }) => talk.getConversation(world, actor, params.id),
  readHistory: ({ world, actor, params, query }) => log.readHistory(world, actor, params.id, query),
  sendMessage: (call) => log.sendMessage(call.world, call.actor, inConversation(call)),
  editMessage: ({ world, actor, params: { id, seq }, body }) =>
    log.editMessage(world, actor, { ...body, conversationId: id, seq }),
  unsendMessage: ({ world, actor, params: { id, seq }, body }) =>
    log.unsendMessage(world, actor, { ...body, conversationId: id, seq }),
  moveReceipts: ({ world, actor, params, body }) =>
    talk.moveReceipts(world, actor, params.id, body),
  changeMembership: ({ world, actor, params, body }) =>
    talk.changeMembership(world, actor, params.id, body),
  leaveConversation: ({ world, actor, params }) => leave(world, actor, params.id),
  searchMessages: (call) => ({
    ...paged(call, log.searchMessages(call.world, call.actor, call.query)),
    complete: true,
  }),
  sync: ({ world, actor, body }) => pullSync(world, actor, body),
  uploadImage: ({ world, actor, file }) => log.uploadImage(world, actor, file),
  makeOffer: (call) => makeOffer(call.world, call.actor, inConversation(call)),
  getOffer: ({ world, actor, params }) => getOffer(world, actor, params.id),
  acceptOffer: onOffer('accept'),
  declineOffer: onOffer('decline'),
  withdrawOffer: onOffer('withdraw'),
  counterOffer: onOffer('counter'),
  listMyDeals: (call) => paged(call, listDeals(call.world, call.actor, call.query)),
  getDeal: ({ world, actor, params }) => shownTo(world, actor, ownDeal(world, actor, params.id)),
  setAppointment: onDeal(dealVerbs.setAppointment),
  confirmAppointment: onDeal(dealVerbs.confirm),
  completeDeal: onDeal(dealVerbs.complete),
  cancelDeal: onDeal(dealVerbs.cancel),
  reportNoShow: onDeal(dealVerbs.reportNoShow),
  keepDeal: onDeal(dealVerbs.keep),
  writeReview: ({ world, actor, params, body }) =>
    writeReview(world, actor, ownDeal(world, actor, params.id), body),
};

const table = Object.entries(routes).map(([name, handle]) => {
  const endpoint = endpoints[name as keyof Endpoints] as Endpoint;
  const path = new RegExp(`^${endpoint.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  return { endpoint, path, handle: handle };
});

/** One page of a list; a cursor works only with the list that it was made for. Throws VALIDATION_FAILED. */
function paged<T extends { id: string } | view.Block>(
  { world, actor, path, query }: Pick<Call<never>, 'world' | 'actor' | 'path'> & { query: Page },
  items: T[],
): { items: T[]; nextCursor: string | null } {
  const { limit, cursor, ...asked } = query;
  const list = JSON.stringify([actor.userId, path, asked]);
  const behind = cursor === undefined ? undefined : world.cursors.get(cursor);
  if (cursor !== undefined && behind?.list !== list)
    throw log.wrong('cursor', 'does not belong to this list');
  const idOf = (one: T) => ('id' in one ? one.id : one.user.id);
  const start = behind ? items.findIndex((one) => idOf(one) === behind.id) + 1 : 0;
  const shown = items.slice(start, start + limit);
  if (start + limit >= items.length) return { items: shown, nextCursor: null };
  const nextCursor = world.nextId('cursor');
  world.cursors.set(nextCursor, { list, id: idOf(shown.at(-1)!) });
  return { items: shown, nextCursor };
}
interface Page {
  limit: number;
  cursor?: string | undefined;
}

/** The one file of a form. Throws VALIDATION_FAILED. */
function fileIn(form: unknown, field: string): unknown {
  if (!(form instanceof FormData)) throw log.wrong(field, 'is missing');
  // React Native's form lists no fields, so it is taken as the file.
  if (typeof form.entries !== 'function') return form;
  const [part, ...more] = [...form.entries()];
  if (!part) throw log.wrong(field, 'is missing');
  if (part[0] !== field || more.length > 0)
    throw log.wrong(field, 'must be the only field, with one file');
  return part[1];
}

/** The fields that the contract has for an answer, with the `clientMessageId` of the request where it has that. */
function shaped(schema: z.ZodType | null, input: unknown, answer: unknown): unknown {
  if (!(schema instanceof z.ZodObject)) return undefined;
  const { clientMessageId } = (input ?? {}) as { clientMessageId?: string };
  const told = Object.entries({ ...(answer as object), clientMessageId });
  return Object.fromEntries(told.filter(([name]) => name in schema.shape));
}

/** Runs one request of a socket, or of a person whom the test controls. Throws the refusal. */
export function runEvent<Name extends ClientEventName>(
  world: World,
  actor: Actor,
  event: Name,
  payload: unknown,
): Answers[Name] {
  const schemas = clientEvents[event] as (typeof clientEvents)[Name] | undefined;
  if (!schemas) throw new Refusal('VALIDATION_FAILED', 'There is no such event');
  world.isActive(actor.userId);
  const input = check(schemas.payload, payload, '') as PayloadOf<Name>;
  return shaped(schemas.data, input, events[event](world, actor, input)) as Answers[Name];
}

export interface RestAnswer {
  status: number;
  /** Undefined: there is none. */
  body?: unknown;
  retryAfterSeconds?: number;
}

/** The REST door. An unknown path is a fault of the test, so it throws instead of answering 404. */
export function answerRest(
  world: World,
  request: { method: string; path: string; token: string | undefined; body: unknown },
): RestAnswer {
  const [path = '', search = ''] = request.path.split('?');
  const found = table.find(
    (one) => one.endpoint.method === request.method.toLowerCase() && one.path.test(path),
  );
  if (!found) throw new Error(`the mock gateway has no ${request.method} ${path}`);
  const { endpoint, handle } = found;
  try {
    world.faults.mustNotRefuse('http');
    const nobody = { userId: '', sessionId: '' };
    const actor = endpoint.access === 'public' ? nobody : people.identify(world, request.token);
    const at = Object.entries(found.path.exec(path)!.groups ?? {}).map(decoded);
    const body = endpoint.body ? check(endpoint.body, request.body, '') : undefined;
    const answer = handle({
      world,
      actor,
      path,
      params: check(endpoint.params, Object.fromEntries(at), 'path') as never,
      query: check(endpoint.query, Object.fromEntries(pairs(search)), 'query') as never,
      body: body as never,
      file: endpoint.upload ? fileIn(request.body, endpoint.upload) : undefined,
    });
    const again = (answer as { duplicate?: boolean } | undefined)?.duplicate === true;
    const status = endpoint.success[again ? 1 : 0] ?? endpoint.success[0]!;
    return { status, body: shaped(endpoint.reply, body, answer) };
  } catch (error) {
    if (error instanceof Refusal) return asProblem(error);
    throw error;
  }
}

function asProblem({ code, message, details, retryable }: Refusal): RestAnswer {
  const { status, title } = errorCodes[code];
  const { errors, current, retryAfterMs = 1_000 } = details;
  return {
    status,
    body: { title, status, detail: message, code, errors, current },
    ...(retryable ? { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)) } : {}),
  };
}

const decoded = ([name = '', value = '']: string[]) =>
  [decodeURIComponent(name), decodeURIComponent(value)] as const;

/** Parsed by hand, since React Native's `URL` lacks most of this. */
const pairs = (search: string) =>
  search
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => decoded(pair.split('=')));
