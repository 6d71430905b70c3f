import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { randomBytes, randomUUID } from 'node:crypto';
import { limits, type ErrorCode, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { resigned, strangeKey, unsigned } from '../support/forged-tokens.js';
import { aListing, callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
/** Where an address must be proven first. */
let strict: TestCluster;
const people: Person[] = [];

beforeAll(async () => {
  [cluster, strict] = await Promise.all([
    TestCluster.shared(),
    TestCluster.start({ env: { EMAIL_PROOF: 'on' } }),
  ]);
}, 60_000);

afterAll(async () => {
  for (const person of people) person.leaves();
  await Promise.all([cluster?.stop(), strict?.stop()]);
}, 60_000);

const password = 'correct horse battery';
const anAddress = () => `${randomBytes(8).toString('hex')}@test.example`;

const anAccount = (fields: Partial<Record<string, unknown>> = {}) => ({
  email: anAddress(),
  password,
  nickname: '민지',
  ...fields,
});

/** A call without a token. */
const post = <T = view.Problem>(path: string, body: unknown, gateway = 0, of = cluster) =>
  callRest<T>(of.gateways[gateway]!.url, 'POST', `/v1/auth/${path}`, { body });

async function newcomer(nickname: string, of = cluster): Promise<Person> {
  const person = await of.person(nickname);
  people.push(person);
  return person;
}

const asksAt = (gateway: number, token: string) =>
  callRest<view.Problem>(cluster.gateways[gateway]!.url, 'GET', '/v1/me', {
    headers: { authorization: `Bearer ${token}` },
  });

const collection = <T extends object>(of: TestCluster, name: string, filter: object) =>
  of.inspect((connection) => connection.collection(name).find<T>(filter).toArray());

/** The tokens of the mails to an address, in the order in which they were sent. */
async function mailTokens(email: string, atLeast = 1, of = cluster): Promise<string[]> {
  const mails = await eventually(`${atLeast} mails to ${email}`, async () => {
    const found = await collection<{ text: string; sentAt: Date }>(of, 'devMails', { to: email });
    return found.length >= atLeast && found;
  });
  return mails
    .sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime())
    .map(({ text }) => /\?verify=([\w.-]+)/.exec(text)![1]!);
}

describe('signing up and in', () => {
  test('an address is one person, however it is written', async () => {
    const email = anAddress();
    const written = `  ${email.replace('test', 'TeSt').toUpperCase()} `;
    const signedUp = await post<view.SignedIn>('sign-up', anAccount({ email: written }));
    expect(signedUp).toMatchObject({
      status: 201,
      body: { user: { email, emailVerified: false, nickname: '민지' }, expiresIn: 900 },
    });
    const signedIn = await post<view.SignedIn>('login', { email: written, password });
    expect(signedIn).toMatchObject({
      status: 200,
      body: { user: { id: signedUp.body.user.id, email } },
    });
    const again = await post('sign-up', anAccount({ email }));
    expect(again).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
  });

  /** 190 characters, after 64 and an @ one more than an address may have. */
  const longDomain = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(59)}.co`;
  test.each([
    ['a domain of one label', 'a@b'],
    ['an empty label', 'a@b..com'],
    ['a blank in the local part', 'a b@b.co'],
    ['a blank in the domain', 'a@b .co'],
    ['two @', 'a@b@c.co'],
    ['no @', 'a.b.co'],
    ['nothing before the @', '@b.co'],
    ['a dot in front', '.a@b.co'],
    ['a dot before the @', 'a.@b.co'],
    ['two dots', 'a..b@b.co'],
    ['a hyphen in front of a label', 'a@-b.co'],
    ['a line break at its end', 'a@b.co\nbcc: c@d.co'],
    ['letters beyond ASCII', '민지@예.kr'],
    ['255 characters', `${'a'.repeat(64)}@${longDomain}`],
    ['65 characters before the @', `${'a'.repeat(65)}@b.co`],
    ['an object for a query', { $gt: '' }],
    ['a list', ['a@b.co']],
    ['null', null],
  ])('an address with %s is refused', async (_what, email) => {
    const refused = await post('sign-up', anAccount({ email }));
    expect(refused).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
    expect(new Set(refused.body.errors!.map(({ path }) => path))).toEqual(new Set(['email']));
  });

  test('ten sign-ups with one address at once on two nodes make one account', async () => {
    const email = anAddress();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        post(
          'sign-up',
          anAccount({ email: index % 3 ? email : email.toUpperCase(), nickname: `손님${index}` }),
          index % 2,
        ),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(9);
    for (const { status, body } of refused)
      expect([status, body.code]).toEqual([409, 'EMAIL_TAKEN']);
    expect(await collection(cluster, 'users', { email })).toHaveLength(1);
    expect(await collection(cluster, 'emails', { _id: email })).toHaveLength(1);
  });

  test('who has no account and who has another password are told the same', async () => {
    const person = await newcomer('민지');
    const wrong = await post('login', { email: person.user.email, password: 'wrong horse' });
    const unknown = await post('login', { email: anAddress(), password: 'wrong horse' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect({ ...unknown.body, traceId: '' }).toEqual({ ...wrong.body, traceId: '' });
    expect(unknown.status).toBe(wrong.status);
  });

  test('of a password a hash is stored that costs at least what OWASP asks for, and no answer holds it', async () => {
    const person = await newcomer('민지');
    const [user] = await collection<{ passwordHash: string }>(cluster, 'users', {
      email: person.user.email,
    });
    const [, memory, time] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(user!.passwordHash)!;
    expect(Number(memory)).toBeGreaterThanOrEqual(19_456);
    expect(Number(time)).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(user)).not.toContain(password);
    const twin = await newcomer('민지');
    const [other] = await collection<{ passwordHash: string }>(cluster, 'users', {
      email: twin.user.email,
    });
    expect(other!.passwordHash).not.toBe(user!.passwordHash);
    const shown = JSON.stringify(await person.gets('GET', '/v1/me'));
    expect(shown).not.toMatch(/password|hash|argon/i);
    const seen = JSON.stringify(await twin.gets('GET', `/v1/users/${person.id}`));
    expect(seen).not.toMatch(/password|hash|argon|@/i);
  });

  test('the eleventh try to sign in with an address has to wait, whichever node it asks', async () => {
    const person = await newcomer('민지');
    const other = await newcomer('준호');
    const { email } = person.user;
    for (let tries = 0; tries < 10; tries += 1) {
      const written = tries % 2 ? email : ` ${email.toUpperCase()}`;
      const answer = await post('login', { email: written, password: 'wrong horse' }, tries % 2);
      expect(answer.status).toBe(401);
    }
    for (const gateway of [0, 1]) {
      const refused = await post('login', { email, password }, gateway);
      expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(limits.loginWindowSeconds / limits.loginsPerEmail);
    }
    expect((await post('login', { email: other.user.email, password })).status).toBe(200);
    expect((await asksAt(0, person.accessToken)).status).toBe(200);
  });
});

describe('a password is the same in every form of its characters', () => {
  const typed = '비밀번호 é 열두글자';
  const forms = [typed, typed.normalize('NFD'), typed.replaceAll(' ', '\u3000')];
  const logsIn = async (email: string, as: string) =>
    (await post('login', { email, password: as })).status;

  test.each(forms)('%j at the sign-up, any at the login', async (form) => {
    const account = anAccount({ password: form });
    expect((await post('sign-up', account)).status).toBe(201);
    for (const other of forms) expect(await logsIn(account.email, other)).toBe(200);
    expect(await logsIn(account.email, typed.replace('é', 'e'))).toBe(401);
    expect(await logsIn(account.email, ` ${typed}`)).toBe(401);
  });

  test('one that was hashed as it was typed is taken, and is like the others then', async () => {
    const account = anAccount();
    const { user } = (await post<view.SignedIn>('sign-up', account)).body;
    const [composed, decomposed] = forms as [string, string];
    const passwordHash = await hash(decomposed);
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { passwordHash } }),
    );
    expect(await logsIn(account.email, `${decomposed}!`)).toBe(401);
    expect(await logsIn(account.email, decomposed)).toBe(200);
    for (const other of [composed, decomposed])
      expect(await logsIn(account.email, other)).toBe(200);
  });

  test('one that was hashed at a lower cost is taken, and hashed at that of now', async () => {
    const account = anAccount();
    const { user } = (await post<view.SignedIn>('sign-up', account)).body;
    const users = () => collection<{ passwordHash: string }>(cluster, 'users', { _id: user.id });
    const cheap = await hash(password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { passwordHash: cheap } }),
    );
    const stored = async () => (await users())[0]!.passwordHash;
    const { email } = account;
    expect((await post('login', { email, password: 'wrong horse' })).status).toBe(401);
    expect(await stored()).toBe(cheap);
    expect((await post('login', { email, password })).status).toBe(200);
    const hashed = await stored();
    expect(hashed).toContain('$m=19456,t=2,p=1$');
    expect((await post('login', { email, password })).status).toBe(200);
    expect(await stored()).toBe(hashed);
  });

  test('one that is longer than any is refused before it is hashed', async () => {
    const tries = async (length: number) => {
      const tried = 'x'.repeat(length);
      const signsUp = await post('sign-up', anAccount({ password: tried }));
      const logsIn = await post('login', { email: anAddress(), password: tried });
      return [signsUp.status, logsIn.status];
    };
    expect(await tries(limits.passwordMax)).toEqual([201, 401]);
    // A login also takes the same password with its characters decomposed, which are more.
    expect(await tries(limits.passwordMax + 1)).toEqual([422, 401]);
    expect(await tries(limits.passwordMax * 10)).toEqual([422, 422]);
    expect(await tries(1024 * 1024)).toEqual([413, 413]);
  });

  test('its length is that of its characters, composed', async () => {
    const signsUp = (as: string) => post('sign-up', anAccount({ password: as.normalize('NFD') }));
    const [short, long] = ['가'.repeat(limits.passwordMin - 1), '각'.repeat(limits.passwordMax)];
    expect((await signsUp(short)).status).toBe(422);
    expect((await signsUp(`${long}각`)).status).toBe(422);
    expect((await signsUp(long)).status).toBe(201);
  });
});

describe('oneself', () => {
  test('an edit of a copy that somebody changed meanwhile is refused and changes nothing', async () => {
    const person = await newcomer('민지');
    const renames = (nickname: string, ifMatch?: string) =>
      person.call<view.Me & view.Problem>(
        'PATCH',
        '/v1/me',
        { nickname },
        ifMatch === undefined ? {} : { 'if-match': ifMatch },
      );
    const tag = async (path: string) => (await person.call('GET', path)).headers.get('etag')!;
    const [mine, shown] = [await tag('/v1/me'), await tag(`/v1/users/${person.id}`)];
    const renamed = await renames('민지 둘', mine);
    expect(renamed).toMatchObject({ status: 200, body: { nickname: '민지 둘' } });
    expect(renamed.headers.get('etag')).toBe(await tag('/v1/me'));
    for (const stale of [mine, shown, '"999"'])
      expect(await renames('민지 셋', stale)).toMatchObject({
        status: 412,
        body: { code: 'VERSION_CONFLICT', current: { nickname: '민지 둘' } },
      });
    expect(await person.call('PATCH', '/v1/me', {}, { 'if-match': mine })).toMatchObject({
      status: 412,
    });
    expect((await person.gets<view.Me>('GET', '/v1/me')).nickname).toBe('민지 둘');
    expect((await renames('민지 셋', await tag(`/v1/users/${person.id}`))).status).toBe(200);
    expect((await renames('민지 넷')).status).toBe(200);
    const now = await tag('/v1/me');
    const both = await Promise.all([renames('하나', now), renames('둘', now)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});

describe('where the e-mail address must be proven', () => {
  const notVerified = { code: 'EMAIL_NOT_VERIFIED' };
  const proves = (token: string) =>
    post<view.Me & view.Problem>('verify-email', { token }, 0, strict);
  const draft = () => ({ clientMessageId: randomUUID(), text: '아직 있나요?' });
  const offer = () => ({ clientMessageId: randomUUID(), amount: 80_000 });

  test('nobody lists or contacts before, everybody after, on both doors', async () => {
    const [seller, buyer] = [await newcomer('준호', strict), await newcomer('민지', strict)];
    const phone = await buyer.connects();
    expect(await seller.call('POST', '/v1/listings', aListing())).toMatchObject({
      status: 403,
      body: notVerified,
    });
    const [token] = await mailTokens(seller.user.email, 1, strict);
    expect(await proves(token!)).toMatchObject({
      status: 200,
      body: { id: seller.id, emailVerified: true },
    });
    const listing = await seller.lists();

    const [first] = await mailTokens(buyer.user.email, 1, strict);
    const calls = async () => {
      const conversation = { id: randomUUID() };
      const rest = (path: string, body: object) =>
        buyer.call('POST', `/v1/conversations${path}`, body);
      return [
        (await rest('', { listingId: listing.id })).body,
        (await rest(`/${conversation.id}/messages`, draft())).body,
        (await rest(`/${conversation.id}/offers`, offer())).body,
        (await buyer.call('POST', '/v1/images', new FormData())).body,
        await phone.ask('conversation:open', { listingId: listing.id }),
        await phone.ask('message:send', { conversationId: conversation.id, ...draft() }),
        await phone.ask('offer:make', { conversationId: conversation.id, ...offer() }),
      ].map((answer) => ('ok' in answer ? !answer.ok && answer.error.code : answer.code));
    };
    expect(await calls()).toEqual(Array.from({ length: 7 }, () => 'EMAIL_NOT_VERIFIED'));
    expect(await collection(strict, 'conversations', {})).toEqual([]);

    expect((await buyer.call('POST', '/v1/auth/verify-email/resend')).status).toBe(204);
    const [, second] = await mailTokens(buyer.user.email, 2, strict);
    for (const mail of [second, first, second])
      expect(await proves(mail!)).toMatchObject({ status: 200, body: { emailVerified: true } });
    expect(await buyer.gets('GET', '/v1/me')).toMatchObject({ emailVerified: true });
    const conversation = await buyer.asksAbout(listing);
    await buyer.sends(conversation, '안녕하세요');
    await phone.do('message:send', { conversationId: conversation.id, ...draft() });
    await phone.do('offer:make', { conversationId: conversation.id, ...offer() });
    expect(await seller.log(conversation)).toHaveLength(3);
  });

  test('a link proves the address it was mailed to, whoever follows it', async () => {
    const [owner, follower] = [await newcomer('준호', strict), await newcomer('민지', strict)];
    const [token] = await mailTokens(owner.user.email, 1, strict);
    const followed = await follower.call<view.Me>('POST', '/v1/auth/verify-email', { token });
    expect(followed).toMatchObject({ status: 200, body: { id: owner.id } });
    expect(await follower.gets('GET', '/v1/me')).toMatchObject({ emailVerified: false });
    expect(await follower.call('POST', '/v1/listings', aListing())).toMatchObject({
      body: notVerified,
    });
  });

  test('a link that was forged, ran out or is another token proves nothing', async () => {
    const person = await newcomer('민지', strict);
    const [token] = await mailTokens(person.user.email, 1, strict);
    const past = Math.floor(Date.now() / 1_000) - 1;
    const tries: [string, ErrorCode][] = [
      [resigned(token!, { claims: { exp: past } }), 'TOKEN_EXPIRED'],
      [resigned(token!, { key: strangeKey() }), 'UNAUTHENTICATED'],
      [resigned(token!, { claims: { email: anAddress() } }), 'UNAUTHENTICATED'],
      [resigned(token!, { claims: { sub: randomUUID() } }), 'UNAUTHENTICATED'],
      [unsigned(token!), 'UNAUTHENTICATED'],
      [person.accessToken, 'UNAUTHENTICATED'],
      [person.refreshToken, 'UNAUTHENTICATED'],
    ];
    for (const [forged, code] of tries)
      expect(await proves(forged)).toMatchObject({ status: 401, body: { code } });
    expect(await person.gets('GET', '/v1/me')).toMatchObject({ emailVerified: false });
  });
});
