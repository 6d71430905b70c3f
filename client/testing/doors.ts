import type { z } from 'zod';
import { check, repeatingId } from '../../src/contract/check.js';
import { Refusal, problemOf, retryAfterSeconds, invalid } from '../../src/contract/errors.js';
import { clientEvents, type ClientEventName, type PayloadOf } from '../../src/contract/events.js';
import { endpoints, type Endpoint, type Endpoints } from '../../src/contract/rest.js';
import { dealVerbs } from '../../src/domain/deal-verbs.js';
import type { Answers, Block } from '../contract-types.js';
import * as account from './account.js';
import * as alerts from './alerts.js';
import * as chat from './chat.js';
import * as deals from './deals.js';
import { noStorage, uploadImage } from './images.js';
import * as listings from './listings.js';
import * as moderation from './moderation.js';
import { getOffer, makeOffer, respondToOffer, type Respond } from './offers.js';
import * as people from './people.js';
import { makeReport } from './reports.js';
import { pullSync } from './sync.js';
import type { Caller, Event, Route, World } from './world.js';

export const url = 'http://mock.haggle.invalid';

/** What each event of the socket does. The REST door calls the same functions. */
const events: { [Name in ClientEventName]: Event<Name> } = {
  'conversation:open': chat.openConversation,
  'message:send': chat.sendMessage,
  'message:edit': chat.editMessage,
  'message:unsend': chat.unsendMessage,
  'receipt:delivered': (me, { seq, ...at }) => chat.moveReceipts(me, { ...at, deliveredSeq: seq }),
  'receipt:read': (me, { seq, ...at }) => chat.moveReceipts(me, { ...at, readSeq: seq }),
  'typing:set': chat.setTyping,
  'presence:watch': people.watch,
  'presence:unwatch': people.unwatch,
  'listing:watch': listings.watch,
  'listing:unwatch': listings.unwatch,
  'offer:make': makeOffer,
  'offer:respond': respondToOffer,
  'sync:pull': pullSync,
  'session:refresh': people.renewSession,
};

/** Over REST the conversation is named by the path. */
const inConversation =
  <Input extends { conversationId: string }>(handle: (me: Caller, input: Input) => unknown) =>
  (me: Caller, { id, ...input }: Omit<Input, 'conversationId'> & { id: string }) =>
    handle(me, { ...input, conversationId: id } as unknown as Input);

const onOffer =
  (action: Respond['action']) =>
  (me: Caller, { id, ...input }: Omit<Respond, 'action' | 'offerId'> & { id: string }) =>
    respondToOffer(me, { ...input, offerId: id, action });

/** One page of a list; a cursor works only with the list that it was made for. Throws VALIDATION_FAILED. */
const pages =
  <Query, One extends { id: string } | Pick<Block, 'user'>>(
    list: (me: Caller, query: Query) => One[],
  ) =>
  (me: Caller, asked: Query & { limit: number; cursor?: string | undefined }) => {
    const { limit, cursor, ...query } = asked;
    const { cursors } = me.world;
    const behind = cursor === undefined ? undefined : cursors.get(cursor);
    const scope = JSON.stringify([me.userId, query]);
    if (cursor !== undefined && (behind?.list !== list || behind.scope !== scope))
      throw invalid('cursor', 'does not belong to this list');
    const idOf = (one: One) => ('id' in one ? one.id : one.user.id);
    const all = list(me, asked);
    const start = behind ? all.findIndex((one) => idOf(one) === behind.last) + 1 : 0;
    const items = all.slice(start, start + limit);
    if (start + limit >= all.length) return { items, nextCursor: null };
    const nextCursor = me.world.nextId('cursor');
    cursors.set(nextCursor, { list, scope, last: idOf(items.at(-1)!) });
    return { items, nextCursor };
  };

/** What each endpoint of the contract does. `duplicate` in the answer selects the second of its statuses. */
const routes: { [Name in keyof Endpoints]?: Route<Name> } = {
  signUp: people.signUp,
  logIn: people.logIn,
  refresh: people.refresh,
  logOut: ({ world, sessionId }) => world.endSession(sessionId),
  getMe: people.getMe,
  setNeighbourhood: account.setNeighbourhood,
  listSessions: (me) => ({ items: account.listSessions(me), nextCursor: null }),
  endSession: account.endSession,
  logOutAll: account.logOutAll,
  askPasswordReset: account.askPasswordReset,
  resetPassword: account.resetPassword,
  verifyEmail: account.verifyEmail,
  editMe: account.editMe,
  setAvatar: account.setAvatar,
  removeAvatar: account.removeAvatar,
  changePassword: account.changePassword,
  changeEmail: account.changeEmail,
  startExport: account.startExport,
  getExport: account.getExport,
  downloadExport: account.downloadExport,
  deleteAccount: account.deleteAccount,
  listBlocks: pages(people.listBlocks),
  blockUser: people.block,
  unblockUser: people.unblock,
  makeReport,
  listReports: pages(moderation.listReports),
  getReport: moderation.getReport,
  claimReport: moderation.claimReport,
  releaseReport: moderation.releaseReport,
  decideReport: moderation.decideReport,
  listSanctions: moderation.listSanctions,
  sanctionUser: moderation.sanctionUser,
  blindListing: moderation.blindListing,
  unblindListing: moderation.unblindListing,
  listContests: pages(moderation.listContests),
  getContest: moderation.getContest,
  decideContest: moderation.decideContest,
  getUser: deals.getProfile,
  listReviews: pages(deals.listReviews),
  listListings: (me, query) => {
    const didYouMean = listings.otherWords(me, query);
    return { ...feed(me, query), ...(didYouMean === undefined ? {} : { didYouMean }) };
  },
  suggestSearches: listings.suggestSearches,
  getListing: listings.getListing,
  createListing: listings.createListing,
  editListing: listings.editListing,
  removeListing: listings.removeListing,
  changeListingState: listings.changeListingState,
  listMyListings: pages(listings.listMyListings),
  listUserListings: pages(listings.listUserListings),
  bumpListing: listings.bumpListing,
  addFavourite: listings.addFavourite,
  removeFavourite: listings.removeFavourite,
  listFavourites: pages(listings.listFavourites),
  listPrices: pages(listings.listPrices),
  addKeywordAlert: alerts.addKeywordAlert,
  listKeywordAlerts: pages(alerts.listKeywordAlerts),
  removeKeywordAlert: alerts.removeKeywordAlert,
  addSavedSearch: alerts.addSavedSearch,
  listSavedSearches: pages(alerts.listSavedSearches),
  removeSavedSearch: alerts.removeSavedSearch,
  followUser: alerts.followUser,
  unfollowUser: alerts.unfollowUser,
  listFollowing: pages(alerts.listFollowing),
  listNotifications: pages(alerts.listNotifications),
  readNotifications: alerts.readNotifications,
  openConversation: (me, input) => {
    const { conversation, duplicate } = chat.openConversation(me, input);
    return { ...conversation, duplicate };
  },
  listConversations: pages(chat.listConversations),
  getConversation: chat.getConversation,
  readHistory: chat.readHistory,
  sendMessage: inConversation(chat.sendMessage),
  editMessage: inConversation(chat.editMessage),
  unsendMessage: inConversation(chat.unsendMessage),
  moveReceipts: inConversation(chat.moveReceipts),
  changeMembership: chat.changeMembership,
  leaveConversation: people.leave,
  searchMessages: (me, query) => ({ ...search(me, query), complete: true }),
  sync: pullSync,
  uploadImage,
  beginUpload: noStorage,
  completeUpload: noStorage,
  makeOffer: inConversation(makeOffer),
  getOffer,
  acceptOffer: onOffer('accept'),
  declineOffer: onOffer('decline'),
  withdrawOffer: onOffer('withdraw'),
  counterOffer: onOffer('counter'),
  listMyDeals: pages(deals.listDeals),
  getDeal: deals.getDeal,
  setAppointment: deals.onDeal(dealVerbs.setAppointment),
  confirmAppointment: deals.onDeal(dealVerbs.confirm),
  completeDeal: deals.onDeal(dealVerbs.complete),
  cancelDeal: deals.onDeal(dealVerbs.cancel),
  reportNoShow: deals.onDeal(dealVerbs.reportNoShow),
  contestNoShow: deals.contestNoShow,
  keepDeal: deals.onDeal(dealVerbs.keep),
  writeReview: deals.writeReview,
};
const search = pages(chat.searchMessages);
const feed = pages(listings.listListings);

const table = Object.entries(routes).map(([name, handle]) => {
  const endpoint = endpoints[name as keyof Endpoints] as Endpoint;
  const path = new RegExp(`^${endpoint.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  return { name, endpoint, path, handle: handle as (me: Caller, asked: object) => unknown };
});

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
    const me = endpoint.access === 'public' ? nobody : people.identify(world, token);
    if (endpoint.access === 'moderator') moderation.mustModerate(me);
    const params = Object.entries(found.path.exec(path)!.groups ?? {}).map(decoded);
    const sent: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    const input = endpoint.body ? check(endpoint.body, sent, '') : undefined;
    const asked = {
      ...(check(endpoint.params, Object.fromEntries(params), 'path') as object),
      ...(check(endpoint.query, Object.fromEntries(pairs(search)), 'query') as object),
      ...(input as object | undefined),
      ...(endpoint.upload ? { file: fileIn(sent, endpoint.upload) } : {}),
    };
    if (endpoint.access === 'moderator' && endpoint.method !== 'get')
      moderation.note(me, name, asked);
    const answer = handle(me, asked);
    const again = (answer as { duplicate?: boolean } | undefined)?.duplicate === true;
    const status = endpoint.success[again ? 1 : 0] ?? endpoint.success[0]!;
    return responseOf(status, endpoint.download ? answer : shaped(endpoint.reply, input, answer));
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
