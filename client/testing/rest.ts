import { Refusal, errorCodes } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { lineOf } from '../../src/contract/text.js';
import { editMessage, unsendMessage } from './change-message.js';
import { checkText, checkWhole, withoutLeftOut } from './check.js';
import { block, listBlocks, unblock } from './blocks.js';
import {
  changeMembership,
  findOwn,
  openConversation,
  ownConversations,
  presentConversation,
} from './conversations.js';
import { actOnDeal, dealActs, listDeals, ownDeal, shownAs } from './deals.js';
import { leave } from './leave.js';
import { getListing, listListings } from './listings.js';
import { presentImage, readHistory, sendMessage } from './log.js';
import { makeOffer, ownOffer, presentOffer, respondToOffer } from './offers.js';
import {
  addAccount,
  identify,
  logIn,
  presentMe,
  presentProfile,
  refresh,
  signIn,
} from './people.js';
import { moveReceipts } from './receipts.js';
import { listReviews, writeReview } from './reviews.js';
import { repeatingId } from './repeating-id.js';
import { searchMessages } from './search.js';
import { pullSync } from './sync.js';
import type { Actor, World } from './world.js';

interface Call {
  world: World;
  actor: Actor;
  /** What stood at `:name` in the path. */
  at: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, unknown>;
}
type Reply = { status?: number; body?: unknown };
type Route = [method: string, path: string, handle: (call: Call) => Reply];

const page = <T>(items: T[], { limit }: Record<string, string>) => ({
  body: { items: items.slice(0, Number(limit ?? limits.pageDefault)), nextCursor: null },
});
const conversationAt = ({ world, actor, at }: Call) => findOwn(world, actor, at.id);
const offerAt = (call: Call, action: string): Reply => ({
  body: respondToOffer(call.world, call.actor, { ...call.body, offerId: call.at.id, action }),
});
const account = (body: Record<string, unknown>) =>
  body as { email: string; password: string; nickname: string; refreshToken: string };

const openRoutes: Route[] = [
  [
    'POST',
    '/auth/sign-up',
    ({ world, body }) => ({
      status: 201,
      body: signIn(world, addAccount(world, account(body)).id),
    }),
  ],
  ['POST', '/auth/login', ({ world, body }) => ({ body: logIn(world, account(body)) })],
  [
    'POST',
    '/auth/refresh',
    ({ world, body }) => ({ body: refresh(world, account(body).refreshToken) }),
  ],
];

const signedInRoutes: Route[] = [
  [
    'POST',
    '/auth/logout',
    ({ world, actor }) => {
      world.endSession(actor.sessionId);
      return {};
    },
  ],
  ['GET', '/me', ({ world, actor }) => ({ body: presentMe(world.state.accounts[actor.userId]!) })],
  ['GET', '/me/blocks', ({ world, actor, query }) => page(listBlocks(world, actor), query)],
  ['PUT', '/me/blocks/:id', ({ world, actor, at }) => ({ body: block(world, actor, at.id!) })],
  [
    'DELETE',
    '/me/blocks/:id',
    ({ world, actor, at }) => {
      unblock(world, actor, at.id!);
      return {};
    },
  ],
  ['GET', '/users/:id', ({ world, actor, at }) => ({ body: presentProfile(world, actor, at.id!) })],
  [
    'GET',
    '/users/:id/reviews',
    ({ world, actor, at, query }) => page(listReviews(world, actor, at.id!), query),
  ],
  ['GET', '/listings', ({ world, actor, query }) => page(listListings(world, actor), query)],
  ['GET', '/listings/:id', ({ world, actor, at }) => ({ body: getListing(world, actor, at.id!) })],
  [
    'POST',
    '/conversations',
    ({ world, actor, body }) => {
      const { conversation, created } = openConversation(world, actor, body.listingId);
      return {
        status: created ? 201 : 200,
        body: presentConversation(world, conversation, actor.userId),
      };
    },
  ],
  [
    'GET',
    '/conversations',
    ({ world, actor, query }) =>
      page(
        ownConversations(world, actor.userId)
          .map((one) => presentConversation(world, one, actor.userId))
          .filter(({ archived }) => archived === (query.box === 'archived')),
        query,
      ),
  ],
  [
    'GET',
    '/conversations/:id',
    (call) => ({ body: presentConversation(call.world, conversationAt(call), call.actor.userId) }),
  ],
  [
    'GET',
    '/conversations/:id/messages',
    (call) => {
      const { beforeSeq, afterSeq, limit = limits.pageDefault } = numbers(call.query);
      checkWhole(limit, 'query.limit', 1, limits.pageMax);
      return { body: readHistory(conversationAt(call), { beforeSeq, afterSeq, limit }) };
    },
  ],
  [
    'POST',
    '/conversations/:id/messages',
    ({ world, actor, at, body }) => {
      const sent = sendMessage(world, actor, { ...body, conversationId: at.id });
      return { status: sent.duplicate ? 200 : 201, body: sent };
    },
  ],
  [
    'PATCH',
    '/conversations/:id/messages/:seq',
    ({ world, actor, at, body }) => ({
      body: editMessage(world, actor, { ...body, conversationId: at.id, seq: Number(at.seq) }),
    }),
  ],
  [
    'DELETE',
    '/conversations/:id/messages/:seq',
    ({ world, actor, at, body }) => ({
      body: unsendMessage(world, actor, { ...body, conversationId: at.id, seq: Number(at.seq) }),
    }),
  ],
  [
    'PUT',
    '/conversations/:id/receipts',
    (call) => ({ body: moveReceipts(call.world, call.actor, conversationAt(call), call.body) }),
  ],
  [
    'PATCH',
    '/conversations/:id/me',
    (call) => {
      const conversation = conversationAt(call);
      changeMembership(call.world, call.actor, conversation, call.body);
      return { body: presentConversation(call.world, conversation, call.actor.userId) };
    },
  ],
  [
    'DELETE',
    '/conversations/:id/me',
    (call) => {
      leave(call.world, call.actor, conversationAt(call));
      return {};
    },
  ],
  [
    'GET',
    '/messages/search',
    ({ world, actor, query }) => {
      const words = checkText(query.q, 'query.q', limits.searchLength, lineOf);
      return { body: searchMessages(world, actor, words, query.conversationId) };
    },
  ],
  ['POST', '/sync', ({ world, actor, body }) => ({ body: pullSync(world, actor, body) })],
  [
    'POST',
    '/images',
    ({ world, actor }) => {
      // One size for all: what is in the file is not looked at.
      const image = { ownerId: actor.userId, used: false, width: 640, height: 480 };
      const id = world.nextId('image');
      world.state.images[id] = image;
      return { status: 201, body: presentImage(id, image) };
    },
  ],
  [
    'POST',
    '/conversations/:id/offers',
    ({ world, actor, at, body }) => {
      const { duplicate, ...answer } = makeOffer(world, actor, { ...body, conversationId: at.id });
      return { status: duplicate ? 200 : 201, body: answer };
    },
  ],
  [
    'GET',
    '/offers/:id',
    ({ world, actor, at }) => ({
      body: presentOffer(world, actor, ownOffer(world, actor, at.id!)),
    }),
  ],
  ['POST', '/offers/:id/accept', (call) => offerAt(call, 'accept')],
  ['POST', '/offers/:id/decline', (call) => offerAt(call, 'decline')],
  ['POST', '/offers/:id/withdraw', (call) => offerAt(call, 'withdraw')],
  ['POST', '/offers/:id/counter', (call) => offerAt(call, 'counter')],
  ['GET', '/me/deals', ({ world, actor, query }) => page(listDeals(world, actor, query), query)],
  [
    'GET',
    '/deals/:id',
    ({ world, actor, at }) => ({ body: shownAs(world, actor, ownDeal(world, actor, at.id!)) }),
  ],
  ...Object.keys(dealActs).map((name): Route => [
    name === 'appointment' ? 'PUT' : 'POST',
    `/deals/:id/${name}`,
    ({ world, actor, at, body }) => ({
      body: actOnDeal(world, actor, at.id!, name as keyof typeof dealActs, body),
    }),
  ]),
  [
    'POST',
    '/deals/:id/reviews',
    ({ world, actor, at, body }) => {
      const { review, duplicate } = writeReview(world, actor, at.id!, body);
      return { status: duplicate ? 200 : 201, body: review };
    },
  ],
];

export interface RestAnswer {
  status: number;
  /** Undefined: none. */
  body?: unknown;
  retryAfterSeconds?: number;
}

/** The REST door. A path that it doesn't know is a fault of the test, said as such and not as a 404. */
export function answerRest(
  world: World,
  request: { method: string; path: string; token: string | undefined; body: unknown },
): RestAnswer {
  const [path = '', search = ''] = request.path.split('?');
  const open = match(openRoutes, request.method, path);
  const found = open ?? match(signedInRoutes, request.method, path);
  if (!found) throw new Error(`the mock gateway has no ${request.method} ${path}`);
  try {
    const actor = open ? { userId: '', sessionId: '' } : identify(world, request.token);
    const given = withoutLeftOut(request.body);
    const { status, body } = found.handle({
      world,
      actor,
      at: found.at,
      query: Object.fromEntries(pairs(search)),
      body: given,
    });
    return { status: status ?? (body === undefined ? 204 : 200), body: repeatingId(given, body) };
  } catch (error) {
    if (error instanceof Refusal) return asProblem(error);
    throw error;
  }
}

export function asProblem(refusal: Refusal): RestAnswer {
  const { status, title } = errorCodes[refusal.code];
  const { errors, current, retryAfterMs } = refusal.details;
  return {
    status,
    body: { title, status, detail: refusal.message, code: refusal.code, errors, current },
    ...(refusal.retryable
      ? { retryAfterSeconds: Math.max(1, Math.ceil((retryAfterMs ?? 1_000) / 1_000)) }
      : {}),
  };
}

/** By hand: the `URL` of React Native leaves most of this out. */
const pairs = (search: string): [string, string][] =>
  search
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=').map(decodeURIComponent) as [string, string]);

function match(
  routes: Route[],
  method: string,
  path: string,
): { handle: Route[2]; at: Record<string, string> } | undefined {
  const given = path.split('/');
  for (const [verb, pattern, handle] of routes) {
    const wanted = pattern.split('/');
    const fits = (part: string, index: number) =>
      part.startsWith(':') ? given[index] !== '' : part === given[index];
    if (verb !== method || wanted.length !== given.length || !wanted.every(fits)) continue;
    const named = wanted.flatMap((part, index) =>
      part.startsWith(':') ? [[part.slice(1), decodeURIComponent(given[index]!)]] : [],
    );
    return { handle, at: Object.fromEntries(named) as Record<string, string> };
  }
  return undefined;
}

const numbers = (query: Record<string, string>): Record<string, number | undefined> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, Number(value)]));
