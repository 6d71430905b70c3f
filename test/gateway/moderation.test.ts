import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { tradeLimits, type view } from '../../src/contract/index.js';
import { WatchwordStore } from '../../src/moderation/watchword.store.js';
import { eventually } from '../support/eventually.js';
import { AdminBrowser, holderOf } from '../support/operators.js';
import { callRest, type HttpAnswer, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { meetingWas } from '../support/time-passes.js';

/** What moderators do with what people report, over both gateways. */
let cluster: TestCluster;
let buyer: Person;

/** Two admins. */
let staff: Record<Operator, Person>;
type Operator = 'minji' | 'junho';
const ofMinji = { email: 'minji@test.example', password: 'correct horse battery' };

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2 });
  const [minji, junho] = await Promise.all([
    holderOf(cluster, 'admin', { nickname: 'minji', account: ofMinji }),
    holderOf(cluster, 'admin', { nickname: 'junho' }),
  ]);
  staff = { minji, junho };
  buyer = await cluster.person('구매자');
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

/** At the other gateway than the one where people are. */
const asks = <T = view.Problem>(
  who: Operator,
  method: string,
  path: string,
  body?: unknown,
): Promise<HttpAnswer<T>> =>
  callRest<T>(cluster.gateways[1]!.url, method, `/v1/admin${path}`, {
    body,
    headers: { authorization: `Bearer ${staff[who].accessToken}` },
  });

const reports = async (
  who: Person,
  targetType: view.ReportTarget,
  targetId: string,
): Promise<view.Report> =>
  who.gets('POST', '/v1/reports', { targetType, targetId, reason: 'fraud' });

const decides = (id: string, verdict: view.Verdict, more: object = {}, who: Operator = 'minji') =>
  asks<view.ReportInQueue & view.Problem>(who, 'POST', `/reports/${id}/decision`, {
    verdict,
    reason: 'fraud',
    ...more,
  });

describe('the queue', () => {
  test('a report waits until somebody decides it, together with the others of its target', async () => {
    const [seller, other] = [await cluster.person('판매자'), await cluster.person('다른 이')];
    const listing = await seller.lists();
    const first = await reports(buyer, 'listing', listing.id);
    const second = await reports(other, 'listing', listing.id);
    const open = await asks<{ items: view.ReportInQueue[] }>('minji', 'GET', '/reports?limit=100');
    const waiting = open.body.items.filter(({ report }) => report.targetId === listing.id);
    expect(waiting.map(({ report, alike }) => [report.id, alike])).toEqual([
      [first.id, 2],
      [second.id, 2],
    ]);
    const decided = await decides(first.id, 'dismiss', { reason: undefined, note: '오해였어요' });
    expect(decided.body.decision).toMatchObject({
      verdict: 'dismiss',
      by: staff.minji.id,
      note: '오해였어요',
    });
    const { body } = await asks<{ items: view.ReportInQueue[] }>(
      'junho',
      'GET',
      '/reports?state=decided',
    );
    expect(body.items.map(({ report }) => report.id)).toEqual(
      expect.arrayContaining([first.id, second.id]),
    );
    // The same again is the first answer, another verdict is refused with the one that stands.
    expect((await decides(second.id, 'dismiss', { reason: undefined })).status).toBe(200);
    const late = await decides(second.id, 'warn');
    expect([late.status, late.body.code]).toEqual([412, 'VERSION_CONFLICT']);
    expect(late.body.current).toMatchObject({ decision: { verdict: 'dismiss' } });
  });

  test('one moderator at a time: another one waits until it is left or the time is over', async () => {
    const seller = await cluster.person('판매자');
    const listing = await seller.lists();
    const { id } = await reports(buyer, 'listing', listing.id);
    const claimed = await asks<view.ReportInQueue>('minji', 'PUT', `/reports/${id}/claim`);
    expect(claimed.body.claim?.by).toBe(staff.minji.id);
    const second = await reports(await cluster.person('다른 이'), 'listing', listing.id);
    for (const refused of [
      await asks('junho', 'PUT', `/reports/${id}/claim`),
      await asks('junho', 'PUT', `/reports/${second.id}/claim`),
      await decides(id, 'blind', {}, 'junho'),
    ])
      expect([refused.status, refused.body.code]).toEqual([409, 'CLAIMED']);
    expect((await asks('minji', 'PUT', `/reports/${id}/claim`)).status).toBe(200);
    // Leaving what one has not leaves it to who has it.
    await asks('junho', 'DELETE', `/reports/${id}/claim`);
    expect((await asks('junho', 'PUT', `/reports/${id}/claim`)).status).toBe(409);
    await cluster.inspect((connection) =>
      connection
        .collection('claims')
        .updateMany({ by: staff.minji.id }, { $set: { until: new Date(Date.now() - 1) } }),
    );
    const taken = await asks<view.ReportInQueue>('junho', 'PUT', `/reports/${id}/claim`);
    expect([taken.status, taken.body.claim?.by]).toEqual([200, staff.junho.id]);
    await asks('junho', 'DELETE', `/reports/${id}/claim`);
    expect((await decides(id, 'dismiss', { reason: undefined })).status).toBe(200);
  });

  test('of two who claim at once one has it', async () => {
    const { id } = await reports(buyer, 'user', (await cluster.person('누구')).id);
    const both = await Promise.all(
      (['minji', 'junho'] as const).map((who) => asks(who, 'PUT', `/reports/${id}/claim`)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  const sanctionsOf = async ({ id }: Person) =>
    (await asks<{ items: view.Sanction[] }>('minji', 'GET', `/users/${id}/sanctions`)).body.items;

  test('of two decisions at once one counts, and only that one is followed', async () => {
    const [person, other] = [await cluster.person('누구'), await cluster.person('다른 이')];
    const { id } = await reports(buyer, 'user', person.id);
    const { id: alike } = await reports(other, 'user', person.id);
    const answers = await Promise.all([
      decides(id, 'warn'),
      decides(id, 'suspend', { days: 3 }),
      decides(alike, 'suspend', { days: 5 }),
      decides(alike, 'dismiss', { reason: undefined }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    const { verdict } = answers.find(({ status }) => status === 200)!.body.decision!;
    const laid = { warn: ['warning'], suspend: ['suspension'], dismiss: [] as string[] };
    expect((await sanctionsOf(person)).map(({ kind }) => kind)).toEqual(
      laid[verdict as keyof typeof laid],
    );
    for (const { status, body } of answers)
      if (status === 412) expect(body.current).toMatchObject({ decision: { verdict } });
  });

  test('the same decision again finishes what the first left undone, and nothing else', async () => {
    const [person, other] = [await cluster.person('누구'), await cluster.person('다른 이')];
    const { id } = await reports(buyer, 'user', person.id);
    const { id: alike } = await reports(other, 'user', person.id);
    expect((await decides(id, 'suspend', { days: 3 })).status).toBe(200);
    // As it is when the process dies behind the decision.
    await cluster.inspect(async (connection) => {
      await connection.collection('sanctions').deleteMany({ userId: person.id });
      await connection
        .collection('reports')
        .updateMany({ targetId: person.id }, { $set: { unfollowed: true } });
    });
    for (const one of [alike, id])
      expect((await decides(one, 'suspend', { days: 3 }, 'junho')).status).toBe(200);
    const laid = await sanctionsOf(person);
    expect(laid).toMatchObject([{ kind: 'suspension', by: staff.minji.id }]);
    await asks('minji', 'PUT', `/users/${person.id}/sanction`, { kind: 'none' });
    expect((await decides(id, 'suspend', { days: 3 })).status).toBe(200);
    expect((await sanctionsOf(person)).map(({ liftedAt }) => liftedAt === undefined)).toEqual([
      false,
    ]);
  });

  test('a moderator sees what was said at first, also once it was taken back', async () => {
    const seller = await cluster.person('판매자');
    const conversation = await buyer.asksAbout(await seller.lists());
    await buyer.sends(conversation, '아직 있나요?');
    const { message } = await seller.sends(conversation, '나쁜 말');
    const { id } = await reports(buyer, 'message', message.id);
    await seller.gets('DELETE', `/v1/conversations/${conversation.id}/messages/${message.seq}`);
    const { body } = await asks<view.ReportedSubject>('minji', 'GET', `/reports/${id}`);
    expect(body.message?.state).toBe('unsent');
    expect(body.original).toBe('나쁜 말');
    expect(body.user.id).toBe(seller.id);
  });

  test.each<[string, object]>([
    ['a suspension without days', { verdict: 'suspend', reason: 'fraud' }],
    ['days without a suspension', { verdict: 'warn', reason: 'fraud', days: 3 }],
    ['no reason', { verdict: 'warn' }],
    ['too many days', { verdict: 'suspend', reason: 'fraud', days: 366 }],
    ['a person blinded', { verdict: 'blind', reason: 'fraud' }],
    ['a verdict that is none', { verdict: 'forgive' }],
    ['more than is asked', { verdict: 'dismiss', by: 'junho' }],
  ])('is not decided by %s', async (_, body) => {
    const { id } = await reports(buyer, 'user', (await cluster.person('누구')).id);
    const answer = await asks('minji', 'POST', `/reports/${id}/decision`, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'VALIDATION_FAILED']);
    const still = await asks<view.ReportedSubject>('minji', 'GET', `/reports/${id}`);
    expect(still.body.inQueue.decision).toBeNull();
  });

  test('nobody else comes near it', async () => {
    const ownSanctions = `/users/${buyer.id}/sanctions`;
    for (const [path, status] of [
      ['/audit', 403],
      ['/watchwords', 403],
      ['/moderators', 403],
      ['/operators', 403],
      ['/reports', 403],
      ['/contests', 403],
      [ownSanctions, 403],
    ] as const)
      expect([path, (await buyer.call('GET', `/v1/admin${path}`)).status]).toEqual([path, status]);
    const answers = [
      await buyer.call('PUT', `/v1/admin/users/${buyer.id}/sanction`, { kind: 'none' }),
      await buyer.call('PUT', `/v1/admin/users/${buyer.id}/role`, { role: 'moderator' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    const { items } = (await asks<{ items: view.AuditEntry[] }>('minji', 'GET', '/audit')).body;
    expect(items.map(({ by }) => by)).not.toContain(buyer.id);
  });

  test('can be asked for one kind of target and one reason, and a cursor is for what was asked', async () => {
    const seller = await cluster.person('판매자');
    const [person, reporter] = [await cluster.person('누구'), await cluster.person('알린 이')];
    const listing = await seller.lists();
    const about = async (targetType: string, targetId: string, reason: string) =>
      (await reporter.gets<view.Report>('POST', '/v1/reports', { targetType, targetId, reason }))
        .id;
    const ofPerson = await about('user', person.id, 'harassment');
    const ofListing = await about('listing', listing.id, 'counterfeit');
    const found = async (query: string) =>
      (
        await asks<{ items: view.ReportInQueue[] }>('minji', 'GET', `/reports?limit=100${query}`)
      ).body.items.map(({ report }) => report.id);
    const ofPeople = await found('&targetType=user');
    expect([ofPeople.includes(ofPerson), ofPeople.includes(ofListing)]).toEqual([true, false]);
    const counterfeits = await found('&reason=counterfeit');
    expect([counterfeits.includes(ofListing), counterfeits.includes(ofPerson)]).toEqual([
      true,
      false,
    ]);
    expect(await found('&targetType=user&reason=counterfeit')).not.toContain(ofListing);
    const first = await asks<{ nextCursor: string }>('minji', 'GET', '/reports?limit=1');
    const next = (query: string) =>
      asks('minji', 'GET', `/reports?limit=1&cursor=${first.body.nextCursor}${query}`);
    const answers = [await next(''), await next('&reason=fraud'), await next('&targetType=user')];
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 422]);
    expect((await asks('minji', 'GET', '/reports?reason=boredom')).status).toBe(422);
  });
});

describe('a moderator', () => {
  let moderator: Person;
  let reporter: Person;
  const setRole = (who: Person, role: string) =>
    asks('minji', 'PUT', `/users/${who.id}/role`, { role });
  const admin = <T = view.Problem>(method: string, path: string, body?: unknown, who = moderator) =>
    who.call<T>(method, `/v1/admin${path}`, body);
  beforeAll(async () => {
    moderator = await cluster.person('진행자');
    reporter = await cluster.person('알린 이');
    await setRole(moderator, 'moderator');
  }, 60_000);

  test('is made one by an operator, and is one from then on until that is taken back', async () => {
    const person = await cluster.person('새 진행자');
    const reads = () => admin('GET', '/reports', undefined, person);
    expect((await reads()).status).toBe(403);
    expect((await setRole(person, 'owner')).status).toBe(422);
    expect((await setRole(person, 'moderator')).status).toBe(204);
    expect((await setRole(person, 'moderator')).status).toBe(204);
    expect((await reads()).status).toBe(200);
    expect((await person.gets<view.Me>('GET', '/v1/me')).role).toBe('moderator');
    // Nobody else is told.
    expect(await buyer.gets('GET', `/v1/users/${person.id}`)).not.toHaveProperty('role');
    const listed = async () =>
      (await asks<{ items: view.User[] }>('minji', 'GET', '/moderators')).body.items.map(
        ({ id }) => id,
      );
    expect(await listed()).toEqual(expect.arrayContaining([person.id, moderator.id]));
    await setRole(person, 'none');
    const refused = await reads();
    expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
    expect((await person.gets<view.Me>('GET', '/v1/me')).role).toBeUndefined();
    expect(await listed()).not.toContain(person.id);
    const nobody = await asks('minji', 'PUT', `/users/${randomUUID()}/role`, { role: 'moderator' });
    expect(nobody.status).toBe(404);
  });

  test('has a report to themselves and decides it, under their own name in the trail', async () => {
    const seller = await cluster.person('판매자');
    const listing = await seller.lists();
    const { id } = await reports(reporter, 'listing', listing.id);
    const alike = await reports(await cluster.person('다른 이'), 'listing', listing.id);
    const claimed = await admin<view.ReportInQueue>('PUT', `/reports/${id}/claim`);
    expect(claimed.body.claim).toMatchObject({ by: moderator.id, byName: '진행자' });
    const late = await asks('junho', 'PUT', `/reports/${alike.id}/claim`);
    expect([late.status, late.body.code]).toEqual([409, 'CLAIMED']);
    const verdict = { verdict: 'blind', reason: 'counterfeit' };
    const decided = await admin<view.ReportInQueue>('POST', `/reports/${id}/decision`, verdict);
    expect(decided.body.decision).toMatchObject({ by: moderator.id, byName: '진행자' });
    expect((await buyer.call('GET', `/v1/listings/${listing.id}`)).status).toBe(404);
    await asks('minji', 'DELETE', `/listings/${listing.id}/blinding`);
    // Also beside the other report of the same target.
    const { trail } = (await admin<view.ReportedSubject>('GET', `/reports/${alike.id}`)).body;
    expect(trail?.map(({ what, by, byName }) => [what, by, byName])).toEqual([
      ['unblindListing', staff.minji.id, 'minji'],
      ['decideReport', moderator.id, '진행자'],
      ['claimReport', staff.junho.id, 'junho'],
      ['claimReport', moderator.id, '진행자'],
    ]);
  });

  test('sees a reported message among what was said around it, and who reported it', async () => {
    const seller = await cluster.person('판매자');
    const conversation = await reporter.asksAbout(await seller.lists());
    const say = async (who: Person, text: string) => (await who.sends(conversation, text)).message;
    for (let n = 1; n <= 6; n += 1) await say(reporter, `앞 ${n}`);
    const message = await say(seller, '나쁜 말');
    for (let n = 1; n <= 6; n += 1) await say(seller, `뒤 ${n}`);
    const { id } = await reports(reporter, 'message', message.id);
    const { body } = await admin<view.ReportedSubject>('GET', `/reports/${id}`);
    expect(body.around?.map(({ text }) => text)).toEqual([
      ...['앞 2', '앞 3', '앞 4', '앞 5', '앞 6'],
      ...['뒤 1', '뒤 2', '뒤 3', '뒤 4', '뒤 5'],
    ]);
    expect([body.message?.id, body.reporter?.id]).toEqual([message.id, reporter.id]);
  });

  test('is no judge of themselves, nor of what they reported', async () => {
    const listing = await moderator.lists();
    const own = await reports(reporter, 'listing', listing.id);
    const made = await reports(moderator, 'user', (await cluster.person('누구')).id);
    const { items } = (
      await admin<{ items: view.ReportInQueue[] }>('GET', '/reports?limit=100&state=open')
    ).body;
    for (const { id } of [own, made]) {
      expect(items.map(({ report }) => report.id)).not.toContain(id);
      const answers = [
        await admin('GET', `/reports/${id}`),
        await admin('PUT', `/reports/${id}/claim`),
        await admin('POST', `/reports/${id}/decision`, { verdict: 'dismiss' }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
      expect((await asks('minji', 'GET', `/reports/${id}`)).status).toBe(200);
    }
    const lifted = await admin('PUT', `/users/${moderator.id}/sanction`, { kind: 'none' });
    expect([lifted.status, lifted.body.code]).toEqual([403, 'FORBIDDEN']);
  });

  test('lays nothing upon who has more rights, nor takes it back, by no door', async () => {
    const { junho } = staff;
    const { id } = await reports(reporter, 'user', junho.id);
    const refused = [
      await admin('PUT', `/users/${junho.id}/sanction`, { kind: 'ban', reason: 'fraud' }),
      await admin('PUT', `/users/${junho.id}/sanction`, { kind: 'none' }),
      await admin('POST', `/reports/${id}/decision`, { verdict: 'ban', reason: 'fraud' }),
    ];
    expect(refused.map(({ body }) => body.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    expect((await asks('junho', 'GET', '/reports?limit=1')).status).toBe(200);
    const equal = await cluster.person('같은 이');
    await setRole(equal, 'moderator');
    const warning = { kind: 'warning', reason: 'fraud' };
    expect((await admin('PUT', `/users/${equal.id}/sanction`, warning)).status).toBe(200);
    const dismissed = await admin('POST', `/reports/${id}/decision`, { verdict: 'dismiss' });
    expect(dismissed.status).toBe(200);
  });

  test('has nothing of what is for operators alone', async () => {
    for (const path of ['/watchwords', '/moderators', '/operators', '/host-keys'])
      expect([path, (await admin('GET', path)).status]).toEqual([path, 403]);
    for (const path of ['/audit', '/webhooks', '/dead-letters', '/deliveries'])
      expect([path, (await admin('GET', path)).status]).toEqual([path, 403]);
    expect((await admin('PUT', `/users/${buyer.id}/role`, { role: 'moderator' })).status).toBe(403);
  });

  test('who is banned, or deletes the account, is none any more', async () => {
    const account = { email: 'was@test.example', password: 'correct horse battery' };
    const [banned, gone] = [
      await cluster.person('차단'),
      await cluster.person('떠난 이', 0, account),
    ];
    for (const one of [banned, gone]) await setRole(one, 'moderator');
    const ban = { kind: 'ban', reason: 'fraud' };
    await asks('minji', 'PUT', `/users/${banned.id}/sanction`, ban);
    expect((await admin('GET', '/reports', undefined, banned)).body.code).toBe('ACCOUNT_SUSPENDED');
    await gone.gets('DELETE', '/v1/me', { password: account.password });
    const { items } = (await asks<{ items: view.User[] }>('minji', 'GET', '/moderators')).body;
    expect(items.map(({ id }) => id)).not.toContain(gone.id);
  });

  test('judges neither what is theirs nor what they reported, by no door, and learns no limits', async () => {
    const [other, person] = [await cluster.person('다른 이'), await cluster.person('알려진 이')];
    const own = await moderator.lists();
    await asks('minji', 'PUT', `/listings/${own.id}/blinding`, { reason: 'fraud' });
    const offers = { enabled: true, minimum: 60_000, autoAccept: 90_000 };
    const theirs = await person.lists({ price: 100_000, offers });
    const sanctions = `/users/${moderator.id}/sanctions`;
    const reported = (who: Person) =>
      who.gets<view.Report>('POST', '/v1/reports', {
        targetType: 'user',
        targetId: person.id,
        reason: 'fraud',
      });
    await reported(moderator);
    const { id: alike } = await reported(other);
    const warning = { kind: 'warning', reason: 'fraud' };
    const refused = [
      (await admin('DELETE', `/listings/${own.id}/blinding`)).status,
      (await admin('GET', sanctions)).status,
      (await admin('GET', `/reports/${alike}`)).status,
      (await admin('PUT', `/users/${person.id}/sanction`, warning)).status,
    ];
    expect(refused).toEqual([403, 403, 404, 403]);
    const { items } = (await admin<{ items: view.ReportInQueue[] }>('GET', '/reports?limit=100'))
      .body;
    expect(items.map(({ report }) => report.id)).not.toContain(alike);
    const shown = await admin<view.Listing>('DELETE', `/listings/${theirs.id}/blinding`);
    expect(shown.status).toBe(200);
    expect(Object.keys(shown.body.offers).sort()).toEqual(['enabled', 'hours']);
  });
});

describe('a blinded listing', () => {
  test('is out of everybody’s sight, its offers close, and its owner is told why', async () => {
    const seller = await cluster.person('판매자');
    const listing = await seller.lists({ price: 100_000 });
    const conversation = await buyer.asksAbout(listing);
    const { offer } = await buyer.offers(conversation, 80_000);
    await buyer.gets('PUT', `/v1/listings/${listing.id}/favourite`);
    const { id } = await reports(buyer, 'listing', listing.id);
    expect((await decides(id, 'blind')).status).toBe(200);

    expect((await buyer.call('GET', `/v1/listings/${listing.id}`)).status).toBe(404);
    const lists = ['/v1/listings?limit=100', `/v1/me/favourites`];
    for (const path of lists) {
      const { items } = await buyer.gets<{ items: view.Listing[] }>('GET', path);
      expect(items.map((one) => one.id)).not.toContain(listing.id);
    }
    const closed = await buyer.gets<view.Offer>('GET', `/v1/offers/${offer.id}`);
    expect([closed.state, closed.reason]).toEqual(['closed', 'listingHidden']);
    const own = await seller.gets<view.Listing>('GET', `/v1/listings/${listing.id}`);
    expect([own.state, own.blinded?.reason]).toEqual(['blinded', 'fraud']);
    // The owner cannot bring it back, by no door.
    const again = { state: 'onSale' };
    expect((await seller.call('POST', `/v1/listings/${listing.id}/state`, again)).status).toBe(409);
    await seller.gets('PATCH', `/v1/listings/${listing.id}`, { title: '새 이름' });
    expect((await buyer.call('GET', `/v1/listings/${listing.id}`)).status).toBe(404);

    await asks('junho', 'DELETE', `/listings/${listing.id}/blinding`);
    const back = await buyer.gets<view.Listing>('GET', `/v1/listings/${listing.id}`);
    expect([back.state, back.title]).toEqual(['onSale', '새 이름']);
    expect(back.blinded).toBeUndefined();
  });

  test('does not come back when its owner has removed it meanwhile', async () => {
    const seller = await cluster.person('판매자');
    const listing = await seller.lists();
    await asks('minji', 'PUT', `/listings/${listing.id}/blinding`, { reason: 'fraud' });
    expect((await seller.call('DELETE', `/v1/listings/${listing.id}`)).status).toBe(204);
    await asks('minji', 'DELETE', `/listings/${listing.id}/blinding`);
    for (const person of [buyer, seller])
      expect((await person.call('GET', `/v1/listings/${listing.id}`)).status).toBe(404);
    const { items } = await buyer.gets<{ items: view.Listing[] }>('GET', '/v1/listings?limit=100');
    expect(items.map((one) => one.id)).not.toContain(listing.id);
  });

  test('stays out of sight when the deal that held it comes to nothing', async () => {
    const seller = await cluster.person('판매자');
    const listing = await seller.lists({ price: 100_000 });
    const conversation = await buyer.asksAbout(listing);
    await buyer.sends(conversation, '살게요');
    const state = { state: 'reserved', buyerId: buyer.id };
    const held = await seller.gets<view.Listing>('POST', `/v1/listings/${listing.id}/state`, state);
    await asks('minji', 'PUT', `/listings/${listing.id}/blinding`, { reason: 'counterfeit' });
    await buyer.gets('POST', `/v1/deals/${held.dealId}/cancel`, { reason: 'changedMind' });
    expect((await buyer.call('GET', `/v1/listings/${listing.id}`)).status).toBe(404);
    await asks('minji', 'DELETE', `/listings/${listing.id}/blinding`);
    expect((await buyer.gets<view.Listing>('GET', `/v1/listings/${listing.id}`)).state).toBe(
      'onSale',
    );
  });
});

describe('sanctions', () => {
  const profile = async (person: Person) =>
    (await buyer.gets<view.Profile>('GET', `/v1/users/${person.id}`)).manner;

  test('a warning is told by the manner temperature, once', async () => {
    const person = await cluster.person('경고');
    const { id } = await reports(buyer, 'user', person.id);
    await decides(id, 'warn');
    await decides(id, 'warn');
    const { parts, temperature } = await profile(person);
    expect(parts.find(({ kind }) => kind === 'warning')).toMatchObject({ count: 1, value: -10 });
    expect(temperature).toBeLessThan(36.5);
    expect((await person.call('GET', '/v1/me')).status).toBe(200);
  });

  test('a suspension ends sockets and tokens on every node, until it is over', async () => {
    const account = { email: 'away@test.example', password: 'correct horse battery' };
    const person = await cluster.person('정지', 0, account);
    const device = await person.connects(cluster.gateways[0]);
    const { id } = await reports(buyer, 'user', person.id);
    await decides(id, 'suspend', { days: 7 });

    expect(await device.hears('session:revoked')).toEqual({ reason: 'suspended' });
    const suspended = [403, 'ACCOUNT_SUSPENDED'];
    const codeOf = ({ status, body }: HttpAnswer<view.Problem>) => [status, body.code];
    expect(codeOf(await person.call('GET', '/v1/me'))).toEqual(suspended);
    const { refreshToken } = person;
    expect(codeOf(await person.call('POST', '/v1/auth/refresh', { refreshToken }))).toEqual(
      suspended,
    );
    const login = await person.call('POST', '/v1/auth/login', account);
    expect(codeOf(login)).toEqual(suspended);
    const week = 7 * 24 * 3600;
    expect(Number(login.headers.get('retry-after'))).toBeGreaterThan(week - 600);
    expect(Number(login.headers.get('retry-after'))).toBeLessThanOrEqual(week);
    // Nobody learns of it without the password.
    const wrong = await person.call('POST', '/v1/auth/login', { ...account, password: 'wrong!!!' });
    expect(codeOf(wrong)).toEqual([401, 'UNAUTHENTICATED']);
    expect((await profile(person)).parts.find(({ kind }) => kind === 'suspension')?.count).toBe(1);

    await cluster.inspect((connection) =>
      connection
        .collection('sanctions')
        .updateMany({ userId: person.id }, { $set: { until: new Date(Date.now() - 1) } }),
    );
    expect((await person.call('POST', '/v1/auth/login', account)).status).toBe(200);
  });

  test('a ban takes all listings out of sight, and can be lifted', async () => {
    const account = { email: 'banned@test.example', password: 'correct horse battery' };
    const person = await cluster.person('차단', 0, account);
    const listings = [await person.lists(), await person.lists()];
    const ban = { kind: 'ban', reason: 'fraud', note: '세 번째' };
    await asks('junho', 'PUT', `/users/${person.id}/sanction`, ban);
    for (const { id } of listings)
      expect((await buyer.call('GET', `/v1/listings/${id}`)).status).toBe(404);
    expect((await person.call('POST', '/v1/auth/login', account)).status).toBe(403);
    const lifted = await asks<{ items: view.Sanction[] }>(
      'junho',
      'PUT',
      `/users/${person.id}/sanction`,
      { kind: 'none' },
    );
    expect(lifted.body.items).toMatchObject([{ kind: 'ban', by: staff.junho.id, note: '세 번째' }]);
    expect(lifted.body.items[0]?.liftedAt).toBeDefined();
    expect((await person.call('POST', '/v1/auth/login', account)).status).toBe(200);
    expect((await profile(person)).parts.find(({ kind }) => kind === 'suspension')?.count).toBe(0);
  });

  test('who signs in while the ban is being written has no session afterwards', async () => {
    const account = { email: 'racing@test.example', password: 'correct horse battery' };
    const person = await cluster.person('경주', 0, account);
    const ban = { kind: 'ban', reason: 'fraud' };
    const [logins] = await Promise.all([
      Promise.all(
        Array.from({ length: 6 }, () =>
          person.call<view.SignedIn>('POST', '/v1/auth/login', account),
        ),
      ),
      asks('minji', 'PUT', `/users/${person.id}/sanction`, ban),
    ]);
    for (const { status, body } of logins) {
      if (status !== 200) continue;
      const { accessToken } = body;
      const headers = { authorization: `Bearer ${accessToken}` };
      const me = await callRest(cluster.gateways[0]!.url, 'GET', '/v1/me', { headers });
      expect(me.status).toBe(403);
    }
  });

  test('laid again by the same operator it is the same, until it was lifted', async () => {
    const person = await cluster.person('누구');
    const path = `/users/${person.id}/sanction`;
    const warning = { kind: 'warning', reason: 'spam' };
    const lays = (body: object, who: Operator = 'junho') =>
      asks<{ items: view.Sanction[] }>(who, 'PUT', path, body);
    await Promise.all([lays(warning), lays(warning), lays(warning)]);
    expect((await lays(warning)).body.items).toHaveLength(1);
    expect((await lays(warning, 'minji')).body.items).toHaveLength(2);
    const suspension = { kind: 'suspension', reason: 'spam', days: 3 };
    await lays(suspension);
    expect((await lays(suspension)).body.items).toHaveLength(3);
    expect((await lays({ ...suspension, days: 4 })).body.items).toHaveLength(4);
    await lays({ kind: 'none' });
    expect((await lays(suspension)).body.items.map(({ liftedAt }) => !liftedAt)).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
    expect((await person.call('GET', '/v1/me')).status).toBe(403);
  });

  test('who is banned is kept out, also when the process died before the sessions ended', async () => {
    const account = { email: 'undone@test.example', password: 'correct horse battery' };
    const person = await cluster.person('차단', 0, account);
    await cluster.inspect((connection) =>
      connection.collection<{ _id: string }>('sanctions').insertOne({
        _id: randomUUID(),
        ...{ userId: person.id, kind: 'ban', reason: 'fraud', by: 'junho' },
        ...{ at: new Date(), until: null, liftedAt: null },
      }),
    );
    const codeOf = ({ status, body }: HttpAnswer<view.Problem>) => [status, body.code];
    const suspended = [403, 'ACCOUNT_SUSPENDED'];
    // The other gateway has not seen the session yet.
    const { accessToken, refreshToken } = person;
    const headers = { authorization: `Bearer ${accessToken}` };
    const there = cluster.gateways[1]!.url;
    expect(codeOf(await callRest(there, 'GET', '/v1/me', { headers }))).toEqual(suspended);
    const refreshed = await person.call('POST', '/v1/auth/refresh', { refreshToken });
    expect(codeOf(refreshed)).toEqual(suspended);
    expect(codeOf(await person.call('POST', '/v1/auth/login', account))).toEqual(suspended);
    expect(codeOf(await person.call('GET', '/v1/me'))).toEqual(suspended);
  });

  test('sessions end also when the manner cannot be computed', async () => {
    const person = await cluster.person('차단');
    expect((await person.call('GET', '/v1/me')).status).toBe(200);
    await cluster.inspect((connection) =>
      connection.collection<{ _id: string }>('reviews').insertOne({
        _id: randomUUID(),
        ...{ dealId: randomUUID(), authorId: buyer.id, subjectId: person.id },
        ...{ rating: 'none that there is', tags: [], createdAt: new Date(), shownAt: new Date() },
      }),
    );
    const ban = { kind: 'ban', reason: 'fraud' };
    expect((await asks('junho', 'PUT', `/users/${person.id}/sanction`, ban)).status).toBe(500);
    await eventually(
      'the gateway has heard that the session ended',
      async () => (await person.call('GET', '/v1/me')).status === 403,
    );
    const sessions = await cluster.inspect((connection) =>
      connection.collection('sessions').countDocuments({ userId: person.id, revokedAt: null }),
    );
    expect(sessions).toBe(0);
  });
});

describe('banned terms', () => {
  const bans = (text: string) =>
    asks<view.Watchword>('minji', 'POST', '/watchwords', { kind: 'bannedTerm', text });

  test('blind a listing at its publication or edit, say which, and let it back without them', async () => {
    const seller = await cluster.person('판매자');
    const [added, again] = [await bans('담배'), await bans('담배')];
    expect([added.status, again.status, again.body.id]).toEqual([201, 200, added.body.id]);
    const listing = await seller.lists({ title: '새 담.배 한 보루' });
    expect([listing.state, listing.blinded?.terms]).toEqual(['blinded', ['담배']]);
    const path = `/v1/listings/${listing.id}`;
    expect((await buyer.call('GET', path)).status).toBe(404);
    const still = await seller.gets<view.Listing>('PATCH', path, { price: 5_000 });
    expect(still.state).toBe('blinded');
    const mended = await seller.gets<view.Listing>('PATCH', path, { title: '상담 배송 책상' });
    expect([mended.state, mended.blinded]).toEqual(['onSale', undefined]);
    const hidden = await seller.gets<view.Listing>('PATCH', path, { description: '전자담배 아님' });
    expect(hidden.state).toBe('blinded');

    const words = { title: '담배', description: '', price: 1_000, category: 'other' };
    const draft = await seller.gets<view.Listing>('POST', '/v1/listings', {
      ...words,
      state: 'draft',
    });
    expect(draft.state).toBe('draft');
    const published = await seller.gets<view.Listing>('POST', `/v1/listings/${draft.id}/state`, {
      state: 'onSale',
    });
    expect(published.state).toBe('blinded');
    await asks('minji', 'DELETE', `/watchwords/${added.body.id}`);
    let price = 6_000;
    await eventually('the other gateway has heard that the term is gone', async () => {
      price += 1_000;
      return (await seller.gets<view.Listing>('PATCH', path, { price })).state === 'onSale';
    });
  });
});

test('the list of watchwords is the same one until a word comes or goes', () =>
  cluster.withStores(async (connection) => {
    const store = new WatchwordStore(connection);
    const word = (text: string) => ({
      id: randomUUID(),
      kind: 'bannedTerm' as const,
      text,
      by: 'minji',
      at: new Date(),
    });
    const [one, other] = [word('우산'), word('양산')];
    await store.add(one);
    const before = await store.current();
    // As after five seconds, or on news.
    store.forget();
    expect(await store.current()).toBe(before);
    await store.add(other);
    await store.remove(one.id);
    const after = await store.current();
    expect(after).toHaveLength(before.length);
    expect(after).toContainEqual(other);
    await store.remove(other.id);
    expect(await store.current()).not.toContainEqual(other);
  }));

describe('the audit trail', () => {
  test('names who did what with what, and who failed to sign in, newest first', async () => {
    const person = await cluster.person('누구');
    await asks('junho', 'PUT', `/users/${person.id}/sanction`, {
      kind: 'warning',
      reason: 'spam',
    });
    await asks('minji', 'POST', '/webhooks/enable');
    const browser = new AdminBrowser(cluster.gateways[0]!.url);
    const failed = await browser.signsIn({ ...ofMinji, password: 'not the password' });
    expect(failed.status).toBe(401);
    const { body } = await asks<{ items: view.AuditEntry[]; nextCursor: string }>(
      'minji',
      'GET',
      '/audit?limit=3',
    );
    expect(body.items.map(({ what, by }) => [what, by])).toEqual([
      ['failedLogin', null],
      ['enableWebhooks', staff.minji.id],
      ['sanctionUser', staff.junho.id],
    ]);
    expect(body.items[0]?.from).toBeDefined();
    expect(body.items[2]?.input).toEqual(
      expect.arrayContaining([
        { field: 'id', value: person.id },
        { field: 'kind', value: 'warning' },
      ]),
    );
    const older = await asks<{ items: view.AuditEntry[] }>(
      'minji',
      'GET',
      `/audit?limit=3&cursor=${body.nextCursor}`,
    );
    expect(older.body.items.length).toBeGreaterThan(0);
    expect(JSON.stringify(older.body.items)).not.toContain('not the password');
  });

  test('has what is done on the pages too', async () => {
    const browser = new AdminBrowser(cluster.gateways[0]!.url);
    await browser.signsIn(ofMinji);
    const form = (path: string, fields: Record<string, string>) => browser.posts(path, fields);
    const seller = await cluster.person('판매자');
    const listing = await seller.lists({ title: '<b>굵은</b> 제목' });
    const { id } = await reports(buyer, 'listing', listing.id);
    const shown = (await browser.opens(`/admin/reports/${id}`)).text;
    expect(shown).toContain('&#60;b&#62;굵은');
    expect((await form('/admin/reports/claim', { id })).status).toBe(303);
    const bad = await form('/admin/reports/decision', { id, verdict: 'suspend', reason: 'fraud' });
    expect(bad.text).toContain('is how long a suspension lasts');
    const verdict = { id, verdict: 'blind', reason: 'counterfeit' };
    expect((await form('/admin/reports/decision', verdict)).status).toBe(303);
    expect((await buyer.call('GET', `/v1/listings/${listing.id}`)).status).toBe(404);
    const role = { id: seller.id, role: 'moderator' };
    expect((await form('/admin/accounts/role', role)).status).toBe(303);
    expect((await seller.call('GET', '/v1/admin/reports')).status).toBe(200);
    const byMail = `/admin/people?id=${encodeURIComponent(seller.user.email)}`;
    expect((await browser.opens(byMail)).text).toContain(seller.id);
    const trail = (await browser.opens('/admin/audit')).text;
    expect(trail).toContain('decideReport');
    expect(trail).toContain('setRole');
    // Names may be taken by others.
    expect(trail).toContain(staff.minji.id);
    for (const page of ['/admin', '/admin/reports', '/admin/people', '/admin/watchwords']) {
      const answer = await browser.opens(page);
      expect([page, answer.status]).toEqual([page, 200]);
    }
  });
});

describe('a contested no-show', () => {
  /** A deal that the seller says the buyer did not come to. */
  const noShow = async () => {
    const [accused, seller] = [await cluster.person('피고'), await cluster.person('판매자')];
    const listing = await seller.lists({ price: 100_000 });
    await accused.sends(await accused.asksAbout(listing), '살게요');
    const state = { state: 'reserved', buyerId: accused.id };
    const held = await seller.gets<view.Listing>('POST', `/v1/listings/${listing.id}/state`, state);
    const at = `/v1/deals/${held.dealId}`;
    await seller.gets('PUT', `${at}/appointment`, {
      at: new Date(Date.now() + 3_600_000).toISOString(),
      place: { name: '망원역' },
    });
    await accused.gets('POST', `${at}/appointment/confirm`, {});
    await meetingWas(cluster, held.dealId!, new Date(Date.now() - 3_600_000));
    await seller.gets('POST', `${at}/no-show`, {});
    return { accused, seller, at, dealId: held.dealId! };
  };
  const degrees = async (person: Person) =>
    (await buyer.gets<view.Profile>('GET', `/v1/users/${person.id}`)).temperature;
  const text = '저는 2번 출구에서 기다렸어요';

  test('is looked at by an operator, and counts no more when it is overturned', async () => {
    const { accused, seller, at, dealId } = await noShow();
    expect(await degrees(accused)).toBe(34.7);
    const before = await accused.gets<view.Deal>('GET', at);
    expect(before.abilities.contest).toBe(true);
    expect((await seller.gets<view.Deal>('GET', at)).abilities.contest).toBeUndefined();
    expect((await seller.call('POST', `${at}/contest`, { text })).status).toBe(403);
    expect((await buyer.call('POST', `${at}/contest`, { text })).status).toBe(404);
    expect((await accused.call('POST', `${at}/contest`, { text: ' ' })).status).toBe(422);
    const contested = await accused.gets<view.Deal>('POST', `${at}/contest`, { text });
    expect(contested.contest).toMatchObject({ state: 'waiting', text });
    expect(contested.abilities.contest).toBeUndefined();
    const again = await accused.gets<view.Deal>('POST', `${at}/contest`, { text: '다른 말' });
    expect(again.contest?.text).toBe(text);
    expect((await seller.gets<view.Deal>('GET', at)).contest).toBeUndefined();
    expect(await degrees(accused)).toBe(34.7);

    const { body } = await asks<{ items: view.ContestInQueue[] }>('minji', 'GET', '/contests');
    expect(body.items).toMatchObject([{ dealId, userId: accused.id, text }]);
    const shown = await asks<view.ContestedNoShow>('minji', 'GET', `/contests/${dealId}`);
    expect(shown.body).toMatchObject({
      contest: { dealId, text, user: { nickname: '피고' } },
      deal: { id: dealId, state: 'noShow', endedBy: 'seller', appointment: { state: 'confirmed' } },
    });
    expect(shown.body.messages.map((one) => one.text)).toContain('살게요');
    // Nobody decides about a deal of their own, or sees that it is contested.
    const listed = async (one: Person) =>
      (await one.gets<{ items: view.ContestInQueue[] }>('GET', '/v1/admin/contests')).items.map(
        (item) => item.dealId,
      );
    const impartial = await cluster.person('운영자');
    for (const one of [accused, seller, impartial])
      await asks('minji', 'PUT', `/users/${one.id}/role`, { role: 'moderator' });
    expect(await Promise.all([impartial, accused, seller].map(listed))).toEqual([[dealId], [], []]);
    expect((await seller.gets<view.Deal>('GET', at)).contest).toBeUndefined();
    for (const one of [accused, seller]) {
      const answers = [
        await one.call('GET', `/v1/admin/contests/${dealId}`),
        await one.call('POST', `/v1/admin/contests/${dealId}/decision`, { verdict: 'overturn' }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    }
    const path = `/contests/${dealId}/decision`;
    const overturns = () => asks('minji', 'POST', path, { verdict: 'overturn' });
    expect([(await overturns()).status, (await overturns()).status]).toEqual([200, 200]);
    const other = await asks('junho', 'POST', path, { verdict: 'uphold' });
    expect([other.status, other.body.code]).toEqual([412, 'VERSION_CONFLICT']);
    expect(await degrees(accused)).toBe(36.5);
    expect((await accused.gets<view.Deal>('GET', at)).contest?.state).toBe('overturned');
  });

  test('stands when it is upheld, and cannot be contested for ever', async () => {
    const { accused, at, dealId } = await noShow();
    await accused.gets('POST', `${at}/contest`, { text });
    await asks('junho', 'POST', `/contests/${dealId}/decision`, { verdict: 'uphold' });
    expect(await degrees(accused)).toBe(34.7);

    const late = await noShow();
    const longAgo = new Date(Date.now() - (tradeLimits.contestHours * 3_600_000 + 1_000));
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('deals')
        .updateOne(
          { _id: late.dealId },
          { $set: { 'steps.$[last].at': longAgo } },
          { arrayFilters: [{ 'last.act': 'noShow' }] },
        ),
    );
    const refused = await late.accused.call('POST', `${late.at}/contest`, { text });
    expect([refused.status, refused.body.code]).toEqual([409, 'EDIT_WINDOW_EXPIRED']);
    const unknown = await asks('minji', 'POST', `/contests/${late.dealId}/decision`, {
      verdict: 'uphold',
    });
    expect(unknown.status).toBe(404);
  });
});
