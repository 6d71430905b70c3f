import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { bodyExamples, clientEventExamples } from '../../src/contract/documents/examples.js';
import {
  clientEvents,
  endpoints,
  hasRightsOf,
  roleFor,
  type ClientEventName,
  type view,
} from '../../src/contract/index.js';
import { codeOf, giveRole, holderOf } from '../support/operators.js';
import { aListing, callRest, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/**
 * Who may do what, over both doors: a row for every endpoint and event of the contract, by type, so that a new one
 * without a row does not compile, and does not pass. One column for each who has to do with the thing in another way;
 * the rows for whom no row is needed (somebody suspended, an operator, the admin) follow from the contract's `access`.
 * The table is why this file is longer than others.
 */
const columns = ['stranger', 'rival', 'blocked', 'buyer', 'seller'] as const;
type Column = (typeof columns)[number];
type Name = keyof typeof endpoints | ClientEventName;

/**
 * `yes`: let in, whatever the rules say then. `any`: it is for everybody, and answers by what is sent. `-`: not asked.
 * Otherwise the refusal.
 */
const codes: Record<string, string> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  422: 'VALIDATION_FAILED',
  closed: 'CONVERSATION_CLOSED',
};
const closedDoors = [
  ...[
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'NOT_FOUND',
    'CONVERSATION_CLOSED',
    'TOKEN_EXPIRED',
    'SESSION_REVOKED',
    'ACCOUNT_SUSPENDED',
    'EMAIL_NOT_VERIFIED',
  ],
  ...['INTERNAL', 'UNAVAILABLE', 'RATE_LIMITED'],
];

let cluster: TestCluster;
let people: Record<Column | view.Role | 'suspended' | 'bystander', Person>;
const devices = new Map<Person, DeviceSocket>();
/** What the rows are about; see `beforeAll`. */
let listing: view.Listing, sold: view.Listing, gift: view.Listing;
let talk: view.Conversation, ended: view.Conversation, ofBlocked: view.Conversation;
let offer: view.Offer, request: view.Offer;
let dealId: string, completed: string, image: view.Image, otherSession: string;

beforeAll(async () => {
  cluster = await TestCluster.start({
    env: {
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
    },
  });
  const roles = ['moderator', 'operator', 'admin'] as const;
  const names = [...columns, ...roles, 'suspended', 'bystander'] as const;
  const all = await Promise.all(
    names.map(async (name) => [name, await cluster.person(name)] as const),
  );
  people = Object.fromEntries(all) as typeof people;
  const { buyer, seller, rival, blocked, suspended } = people;
  listing = await seller.lists({ price: 100_000 });
  talk = await buyer.asksAbout(listing);
  for (const text of ['하나', '둘']) await buyer.sends(talk, text);
  ({ offer } = await buyer.offers(talk, 70_000));
  await rival.sends(await rival.asksAbout(listing), '저도요');
  ofBlocked = await blocked.asksAbout(listing);
  await blocked.sends(ofBlocked, '저는요?');
  await seller.gets('PUT', `/v1/me/blocks/${blocked.id}`);
  sold = await seller.lists({ price: 100_000 });
  dealId = await agrees(sold);
  const done = await seller.lists({ price: 100_000 });
  completed = await agrees(done);
  await seller.gets('POST', `/v1/deals/${completed}/complete`, {});
  gift = await seller.lists({ price: 0 });
  ({ offer: request } = await buyer.gets<{ offer: view.Offer }>(
    'POST',
    `/v1/listings/${gift.id}/requests`,
    { clientMessageId: randomUUID() },
  ));
  ended = await buyer.asksAbout(await seller.lists());
  await buyer.sends(ended, '안녕하세요');
  image = await buyer.gets('POST', '/v1/images', anImage());
  const { body } = await callRest<view.SignedIn>(seller.gateway.url, 'POST', '/v1/auth/login', {
    body: { email: seller.user.email, password: 'correct horse battery' },
  });
  [otherSession = ''] = body.refreshToken.split('.');
  for (const column of columns) devices.set(people[column], await people[column].connects());
  for (const role of roles) await giveRole(cluster, people[role], role);
  const sanction = { kind: 'suspension', reason: 'fraud', days: 1 };
  await people.admin.gets('PUT', `/v1/admin/users/${suspended.id}/sanction`, sanction);
}, 60_000);

afterAll(async () => {
  for (const person of Object.values(people ?? {})) person.leaves();
  await cluster?.stop();
}, 60_000);

async function agrees(about: view.Listing): Promise<string> {
  const made = await people.buyer.offers(await people.buyer.asksAbout(about), 70_000);
  return (await people.seller.accepts(made.offer)).body.offer.dealId!;
}

/** One white pixel. */
function anImage(): FormData {
  const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
  const form = new FormData();
  form.append('image', new Blob([Uint8Array.from(gif)]), 'pixel.gif');
  return form;
}

interface Row {
  /** What each column is answered, in their order. */
  says: string;
  /** The parameters of the path, or fields of the event. */
  at?: (who: Column) => Record<string, string | number>;
  /** In place of the example of the documents. */
  sends?: () => object;
  query?: () => string;
}

const all = 'yes yes yes yes yes';
const everybody: Row = { says: 'any any any any any' };
const own: Row = { says: all };
const server: Row = { says: '401 401 401 401 401', at: () => ({ externalId: 'somebody' }) };
const ofRoles: Row = { says: '403 403 403 403 403', at: () => ({ id: randomUUID() }) };
const wrongPassword = () => ({ password: 'wrong horse', newPassword: 'another long password' });

const aboutListing = (says: string, sends?: () => object): Row => ({
  says,
  at: () => ({ id: listing.id }),
  ...(sends && { sends }),
});
const aboutSold = (says: string, sends?: () => object): Row => ({
  ...aboutListing(says, sends),
  at: () => ({ id: sold.id }),
});
/** Who was blocked asks about the own conversation, which is closed. */
const inTalk = (says: string, sends?: () => object, more = {}): Row => ({
  says,
  at: (who) => {
    const { id } = who === 'blocked' ? ofBlocked : talk;
    // Who was blocked has written once.
    return {
      id,
      conversationId: id,
      ...more,
      ...(who === 'blocked' && 'seq' in more && { seq: 1 }),
    };
  },
  ...(sends && { sends }),
});
const aboutOffer = (says: string, sends?: () => object): Row => ({
  says,
  at: () => ({ id: offer.id, offerId: offer.id }),
  ...(sends && { sends }),
});
const aboutRequest = (says: string): Row => ({
  says,
  at: () => ({ id: request.id }),
  sends: () => ({ version: 9, clientMessageId: randomUUID() }),
});
const aboutDeal = (says: string, sends: () => object = () => ({})): Row => ({
  says,
  at: () => ({ id: dealId }),
  sends,
});
const aboutSeller = (says: string): Row => ({
  says,
  at: () => ({ id: people.seller.id, userId: people.seller.id }),
});
const text = () => ({ clientMessageId: randomUUID(), text: '네' });
const version = (of: number) => () => ({ version: of, clientMessageId: randomUUID() });

const table: Record<Name, Row> = {
  signUp: everybody,
  logIn: everybody,
  refresh: everybody,
  logOut: own,
  logOutAll: own,
  listSessions: own,
  verifyEmail: everybody,
  resendVerification: own,
  askPasswordReset: everybody,
  resetPassword: everybody,
  getMe: own,
  editMe: own,
  setNeighbourhood: own,
  setAvatar: { says: '422 422 422 yes 422', sends: () => ({ imageId: image.id }) },
  removeAvatar: own,
  changePassword: { says: '422 422 422 422 422', sends: wrongPassword },
  changeEmail: {
    says: '422 422 422 422 422',
    sends: () => ({ email: 'new@test.example', password: 'wrong horse' }),
  },
  startExport: own,
  getExport: own,
  downloadExport: { says: '404 404 404 404 404' },
  deleteAccount: { says: '422 422 422 422 422', sends: () => ({ password: 'wrong horse' }) },
  listMyListings: own,
  registerDevice: { says: all, at: () => ({ id: 'phone' }) },
  removeDevice: { says: all, at: () => ({ id: 'phone' }) },
  getPushKey: everybody,
  getNotificationSettings: own,
  changeNotificationSettings: own,
  listNotifications: own,
  readNotifications: own,
  getUser: aboutSeller('yes yes 404 yes yes'),
  listUserListings: aboutSeller('yes yes 404 yes yes'),
  listCategories: everybody,
  createListing: { says: all, sends: () => aListing() },
  listListings: { says: all, query: () => '?latitude=37.5&longitude=126.9' },
  getListing: aboutListing('yes yes 404 yes yes'),
  editListing: aboutListing('403 403 404 403 yes', () => ({ description: '새 설명' })),
  removeListing: aboutSold('403 403 404 403 yes'),
  suggestSearches: { says: all, query: () => '?q=bike' },
  listPrices: aboutListing('yes yes 404 yes yes'),
  bumpListing: aboutListing('403 403 404 403 yes'),
  addFavourite: aboutListing('yes yes 404 yes 403'),
  removeFavourite: aboutListing(all),
  listFavourites: own,
  listKeywordAlerts: own,
  addKeywordAlert: own,
  removeKeywordAlert: { says: all, at: () => ({ id: randomUUID() }) },
  listSavedSearches: own,
  addSavedSearch: own,
  removeSavedSearch: { says: all, at: () => ({ id: randomUUID() }) },
  listFollowing: own,
  followUser: aboutSeller('yes yes 404 yes 403'),
  unfollowUser: aboutSeller(all),
  openConversation: { says: 'yes yes yes yes 403', sends: () => ({ listingId: listing.id }) },
  listConversations: own,
  getConversation: inTalk('404 404 yes yes yes'),
  readHistory: inTalk('404 404 yes yes yes'),
  sendMessage: inTalk('404 404 closed yes yes', text),
  editMessage: inTalk('404 404 closed yes 403', text, { seq: 1 }),
  changeMembership: inTalk('404 404 yes yes yes'),
  searchMessages: { says: '404 404 404 yes yes', query: () => `?q=bike&conversationId=${talk.id}` },
  uploadImage: own,
  beginUpload: { says: '404 404 404 404 404' },
  completeUpload: { says: '404 404 404 404 404', at: () => ({ id: randomUUID() }) },
  getImage: everybody,
  listBlocks: own,
  blockUser: { says: all, at: () => ({ userId: people.bystander.id }) },
  unblockUser: { says: all, at: () => ({ userId: people.bystander.id }) },
  moveReceipts: inTalk('404 404 yes yes yes', () => ({ readSeq: 1 })),
  sync: { says: all, sends: () => ({}) },
  makeOffer: inTalk('404 404 closed yes 403', () => ({
    clientMessageId: randomUUID(),
    amount: 60_000,
  })),
  getOffer: aboutOffer('404 404 404 yes yes'),
  declineOffer: aboutOffer('404 404 404 yes yes', version(9)),
  withdrawOffer: aboutOffer('404 404 404 yes yes', version(9)),
  counterOffer: aboutOffer('404 404 404 403 yes', () => ({ amount: 100_000, ...version(1)() })),
  listOffersOfListing: aboutListing('403 403 404 403 yes'),
  declineOffersOfListing: aboutListing('403 403 404 403 yes', () => ({
    offerIds: [randomUUID()],
    clientMessageId: randomUUID(),
  })),
  listMyOffers: own,
  askForGiveAway: {
    says: 'yes yes 404 yes 403',
    at: () => ({ id: gift.id }),
    sends: () => ({ clientMessageId: randomUUID() }),
  },
  listRequests: aboutListing('403 403 404 403 yes'),
  acceptRequest: aboutRequest('404 404 404 yes yes'),
  declineRequest: aboutRequest('404 404 404 yes yes'),
  withdrawRequest: aboutRequest('404 404 404 yes yes'),
  listMyDeals: { says: all, query: () => '?role=buyer&state=ended' },
  getDeal: aboutDeal('404 404 404 yes yes'),
  setAppointment: aboutDeal('404 404 404 yes yes', () => ({
    at: new Date(Date.now() + 3_600_000).toISOString(),
    place: { name: '역 앞' },
  })),
  confirmAppointment: aboutDeal('404 404 404 yes yes', () => ({ appointmentVersion: 99 })),
  completeDeal: aboutDeal('404 404 404 yes yes', version(99)),
  cancelDeal: aboutDeal('404 404 404 yes yes', () => ({ reason: 'other', ...version(99)() })),
  reportNoShow: aboutDeal('404 404 404 403 403'),
  contestNoShow: aboutDeal('404 404 404 403 403', () => ({ text: '기다렸어요' })),
  keepDeal: aboutDeal('404 404 404 403 403'),
  writeReview: {
    says: '404 404 404 yes yes',
    at: () => ({ id: completed }),
    sends: () => ({ rating: 'good' }),
  },
  listReviews: aboutSeller('yes yes 404 yes yes'),
  changeListingState: aboutSold('403 403 404 403 yes', () => ({ state: 'onSale' })),
  makeReport: {
    says: 'yes yes 404 yes 403',
    sends: () => ({ targetType: 'listing', targetId: listing.id, reason: 'other' }),
  },
  traceDelivery: { ...ofRoles, query: () => '?messageId=x' },
  listDeadLetters: ofRoles,
  redriveDeadLetters: ofRoles,
  redriveDeadLetter: ofRoles,
  listWebhooks: ofRoles,
  replayWebhooks: ofRoles,
  enableWebhooks: ofRoles,
  putHostUser: server,
  removeHostUser: server,
  uploadHostImage: server,
  putHostListing: server,
  removeHostListing: server,
  mintHostToken: server,
  createHostKey: ofRoles,
  listHostKeys: ofRoles,
  rotateHostKey: ofRoles,
  endHostKey: ofRoles,
  listReports: ofRoles,
  getReport: ofRoles,
  claimReport: ofRoles,
  releaseReport: ofRoles,
  decideReport: ofRoles,
  listSanctions: ofRoles,
  sanctionUser: ofRoles,
  blindListing: ofRoles,
  unblindListing: ofRoles,
  listContests: ofRoles,
  getContest: ofRoles,
  decideContest: ofRoles,
  listModerators: ofRoles,
  listOperators: ofRoles,
  listRoles: ofRoles,
  resetSecondFactor: ofRoles,
  setRole: ofRoles,
  listAudit: ofRoles,
  listWatchwords: ofRoles,
  addWatchword: ofRoles,
  removeWatchword: ofRoles,
  getSecondFactor: own,
  setUpSecondFactor: ofRoles,
  confirmSecondFactor: ofRoles,
  showSecondFactor: ofRoles,
  demoAccounts: everybody,
  'conversation:open': { says: 'yes yes yes yes 403', sends: () => ({ listingId: listing.id }) },
  'message:send': inTalk('404 404 closed yes yes', text),
  'message:edit': inTalk('404 404 closed yes 403', text, { seq: 1 }),
  'receipt:delivered': inTalk('404 404 yes yes yes', () => ({}), { seq: 1 }),
  'receipt:read': inTalk('404 404 yes yes yes', () => ({}), { seq: 1 }),
  'typing:set': inTalk('404 404 yes yes yes', () => ({ typing: true })),
  'presence:watch': { says: all, sends: () => ({ userIds: [people.seller.id] }) },
  'presence:unwatch': { says: all, sends: () => ({ userIds: [people.seller.id] }) },
  'listing:watch': { says: 'yes yes 404 yes yes', sends: () => ({ listingIds: [listing.id] }) },
  'listing:unwatch': { says: all, sends: () => ({ listingIds: [listing.id] }) },
  'offer:make': inTalk('404 404 closed yes 403', () => ({
    clientMessageId: randomUUID(),
    amount: 60_000,
  })),
  'offer:respond': aboutOffer('404 404 404 yes yes', () => ({
    action: 'decline',
    ...version(9)(),
  })),
  'sync:pull': { says: all, sends: () => ({}) },
  'session:refresh': {
    says: '401 401 401 yes 401',
    sends: () => ({ token: people.buyer.accessToken }),
  },
  acceptOffer: aboutOffer('404 404 404 403 yes', () => ({ amount: 70_000, ...version(1)() })),
  leaveConversation: { says: '404 404 404 yes yes', at: () => ({ id: ended.id }) },
  endSession: { says: '404 404 404 404 yes', at: () => ({ id: otherSession }) },
  unsendMessage: inTalk('404 404 closed yes 403', () => ({ clientMessageId: randomUUID() }), {
    seq: 2,
  }),
  'message:unsend': inTalk('404 404 closed yes 403', () => ({ clientMessageId: randomUUID() }), {
    seq: 2,
  }),
};

const isEndpoint = (name: Name): name is keyof typeof endpoints => name in endpoints;

/** The code with which the call is refused; undefined: it is not. */
async function askedOverRest(
  name: keyof typeof endpoints,
  column: Column,
  call: (method: string, path: string, body: unknown) => Promise<{ status: number; body: unknown }>,
): Promise<string | undefined> {
  const { method, path, upload } = endpoints[name];
  const { at, sends, query }: Row = table[name];
  const params: Record<string, string | number> = { variant: 'thumb', ...at?.(column) };
  const exact = path.replace(/:(\w+)/g, (_, key: string) => String(params[key] ?? randomUUID()));
  const example = bodyExamples[name];
  const body = upload ? anImage() : method === 'get' ? undefined : (sends?.() ?? example);
  const answer = await call(method.toUpperCase(), `/v1${exact}${query?.() ?? ''}`, body);
  expect([name, column, answer.status < 500]).toEqual([name, column, true]);
  return answer.status < 400 ? undefined : (answer.body as view.Problem).code;
}

async function askedOverSocket(name: ClientEventName, column: Column): Promise<string | undefined> {
  const { at, sends }: Row = table[name];
  const { id: _id, ...fields } = at?.(column) ?? {};
  const payload = { ...fields, ...(sends?.() ?? (clientEventExamples[name]!.payload as object)) };
  const answer = await devices.get(people[column])!.ask(name, payload);
  return answer.ok ? undefined : answer.error.code;
}

/** Signed out by the row itself, so somebody else does it. */
const endsSession = new Set<Name>(['logOut', 'logOutAll']);

describe('by what they have to do with it', () => {
  test.each(Object.keys(table) as Name[])('%s', async (name) => {
    const expected = table[name].says.split(' ');
    expect(expected).toHaveLength(columns.length);
    const heard: string[] = [];
    for (const [index, column] of columns.entries()) {
      if (expected[index] === '-') {
        heard.push('-');
        continue;
      }
      const person = endsSession.has(name) ? await cluster.person(column) : people[column];
      const code = isEndpoint(name)
        ? await askedOverRest(name, column, (...asked) => person.call(...asked))
        : await askedOverSocket(name, column);
      const says = expected[index]!;
      if (says === 'any') heard.push(says);
      else if (says === 'yes' && !closedDoors.includes(code ?? '')) heard.push(says);
      else heard.push(Object.keys(codes).find((word) => codes[word] === code) ?? code ?? 'yes');
    }
    expect(heard.join(' ')).toBe(table[name].says);
  });
});

test('the table has a row for everything in the contract, and for nothing else', () => {
  expect(Object.keys(table).sort()).toEqual(
    [...Object.keys(endpoints), ...Object.keys(clientEvents)].sort(),
  );
});

/** `public` endpoints look at nobody; all others refuse who is suspended, guests' ones too. */
const closed = (Object.keys(endpoints) as (keyof typeof endpoints)[]).filter(
  (name) => endpoints[name].access !== 'public',
);

describe('whatever they have to do with it', () => {
  test('somebody suspended is let in nowhere', async () => {
    const { suspended } = people;
    const letIn: string[] = [];
    for (const name of closed) {
      const code = await askedOverRest(name, 'buyer', (...asked) => suspended.call(...asked));
      const refused = ['ACCOUNT_SUSPENDED', 'SESSION_REVOKED', 'UNAUTHENTICATED'];
      if (!refused.includes(code ?? '')) letIn.push(`${name}: ${code}`);
    }
    expect(letIn).toEqual([]);
    const device = suspended.opensSocket();
    const told = new Promise<unknown>((resolve) =>
      device.socket.once('connect_error', (error: Error & { data?: unknown }) =>
        resolve(error.data),
      ),
    );
    device.socket.connect();
    expect(await told).toMatchObject({
      code: expect.stringMatching(/^(ACCOUNT_SUSPENDED|SESSION_REVOKED)$/) as unknown,
    });
  });

  /** What somebody with any role may do for themselves, and nobody else. */
  const ofHolders = new Set<Name>(['setUpSecondFactor', 'confirmSecondFactor', 'showSecondFactor']);

  test.each(['moderator', 'operator', 'admin'] as const)(
    'somebody with the role %s is let into what is for it, and elsewhere is nobody special',
    async (role) => {
      const wrong: string[] = [];
      for (const name of Object.keys(endpoints) as (keyof typeof endpoints)[]) {
        const expected = table[name].says.split(' ')[0]!;
        if (endsSession.has(name) || expected === 'any') continue;
        const person = people[role];
        const code = await askedOverRest(name, 'stranger', (...asked) => person.call(...asked));
        const needed = roleFor(endpoints[name]);
        const mayCome = ofHolders.has(name) || (needed && hasRightsOf(role, needed));
        const fits = mayCome
          ? !['UNAUTHENTICATED', 'FORBIDDEN'].includes(code ?? '')
          : expected === 'yes'
            ? !closedDoors.includes(code ?? '')
            : code === codes[expected];
        if (!fits) wrong.push(`${name}: ${code}`);
      }
      expect(wrong).toEqual([]);
    },
  );

  test('an admin with a second factor is let in nowhere by the password alone', async () => {
    const account = { email: 'half@test.example', password: 'correct horse battery' };
    const admin = await holderOf(cluster, 'admin', { account });
    const { secret } = await admin.gets<view.SecondFactorSecret>('POST', '/v1/me/second-factor', {
      password: account.password,
    });
    await admin.gets('PUT', '/v1/me/second-factor', { code: codeOf(secret) });
    const { body } = await admin.call<view.SignedIn>('POST', '/v1/auth/login', account);
    const headers = { authorization: `Bearer ${body.accessToken}` };
    const letIn: string[] = [];
    for (const name of closed.filter((one) => roleFor(endpoints[one]))) {
      const code = await askedOverRest(name, 'stranger', (method, path, sent) =>
        callRest(admin.gateway.url, method, path, { body: sent, headers }),
      );
      if (code !== 'SECOND_FACTOR_NEEDED') letIn.push(`${name}: ${code}`);
    }
    expect(letIn).toEqual([]);
  });
});
