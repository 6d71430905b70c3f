import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { accountLimits, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { Person, aListing, callRest } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

const password = 'correct horse battery';
const another = 'another long password';
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.shared();
}, 60_000);
afterAll(() => cluster?.stop(), 60_000);

/** Of somebody without a token, at either node. */
const call = (method: string, path: string, body: object, node = 0) =>
  callRest<view.SignedIn & view.Me & view.Problem>(
    cluster.gateways[node]!.url,
    method,
    `/v1/auth/${path}`,
    { body },
  );
const logIn = async (email: string, given: string) =>
  (await call('POST', 'login', { email, password: given }, 1)).status;
const anAddress = () => `${randomBytes(8).toString('hex')}@test.example`;

/** The mails to an address that name this in their link, the oldest first. */
const tokensTo = (to: string, link: 'verify' | 'reset', atLeast = 1) =>
  eventually(`${atLeast} ${link} mails to ${to}`, async () => {
    const mails = await mailsTo(to);
    const found = mails.flatMap(({ text }) =>
      [...text.matchAll(/\?(\w+)=([\w.-]+)/g)].filter(([, is]) => is === link),
    );
    return found.length >= atLeast && found.map(([, , token]) => token!);
  });

async function mailsTo(to: string) {
  const mails = await cluster.inspect((connection) =>
    connection
      .collection<{ subject: string; text: string; sentAt: Date }>('devMails')
      .find({ to })
      .toArray(),
  );
  return mails.sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime());
}

describe('a forgotten password', () => {
  test('is replaced by a link that is good once, and all sessions end', async () => {
    const minji = await cluster.person('민지');
    const { email } = minji.user;
    expect(
      (await call('POST', 'password-reset', { email: ` ${email.toUpperCase()} ` })).status,
    ).toBe(204);
    const [token] = await tokensTo(email, 'reset');
    const short = await call('PUT', 'password-reset', { token, password: 'short' });
    expect([short.status, short.body.errors?.[0]?.path]).toEqual([422, 'password']);
    const both = await Promise.all(
      [0, 1].map((node) =>
        call('PUT', 'password-reset', { token, password: `${another} ${node}` }, node),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([204, 401]);
    const won = both.findIndex(({ status }) => status === 204);
    expect(await logIn(email, password)).toBe(401);
    expect(await logIn(email, `${another} ${won}`)).toBe(200);
    expect((await minji.call('GET', '/v1/me')).body.code).toBe('SESSION_REVOKED');
    const again = await call('PUT', 'password-reset', { token, password: another });
    expect([again.status, again.body.code]).toEqual([401, 'UNAUTHENTICATED']);
    await eventually('the person is told', async () => (await mailsTo(email)).length === 3);
  });

  test('nobody learns who has an account, and a newer password voids the link', async () => {
    const minji = await cluster.person('민지');
    const { email } = minji.user;
    const known = await call('POST', 'password-reset', { email });
    const unknown = await call('POST', 'password-reset', { email: anAddress() });
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    const [token] = await tokensTo(email, 'reset');
    const changed = await minji.call('PUT', '/v1/me/password', { password, newPassword: another });
    expect(changed.status).toBe(204);
    expect((await call('PUT', 'password-reset', { token, password })).status).toBe(401);
    expect(await logIn(email, another)).toBe(200);
    for (let asked = 1; asked < accountLimits.resetsPerEmail; asked += 1)
      expect((await call('POST', 'password-reset', { email }, asked % 2)).status).toBe(204);
    const tooOften = await call('POST', 'password-reset', { email });
    expect([tooOften.status, tooOften.body.code]).toEqual([429, 'RATE_LIMITED']);
  });

  test('the link of another mail sets none, and a token is no link', async () => {
    const minji = await cluster.person('민지');
    const [verify] = await tokensTo(minji.user.email, 'verify');
    for (const token of [verify, minji.accessToken, minji.refreshToken, 'none'])
      expect((await call('PUT', 'password-reset', { token, password: another })).status).toBe(401);
    await call('POST', 'password-reset', { email: minji.user.email });
    const [reset] = await tokensTo(minji.user.email, 'reset');
    expect((await call('POST', 'verify-email', { token: reset })).status).toBe(401);
    const asAccess = await callRest(cluster.gateways[0]!.url, 'GET', '/v1/me', {
      headers: { authorization: `Bearer ${reset}` },
    });
    expect(asAccess.status).toBe(401);
  });
});

describe('the password', () => {
  test('is changed by who knows it, and all other sessions end', async () => {
    const minji = await cluster.person('민지');
    const { email } = minji.user;
    const phone = await call('POST', 'login', { email, password });
    const change = (body: object) => minji.call('PUT', '/v1/me/password', body);
    const wrong = await change({ password: another, newPassword: another });
    expect([wrong.status, wrong.body.errors]).toEqual([
      422,
      [{ path: 'password', message: 'is wrong' }],
    ]);
    expect((await change({ password, newPassword: 'short' })).status).toBe(422);
    expect((await change({ password, newPassword: another })).status).toBe(204);
    expect((await minji.call('GET', '/v1/me')).status).toBe(200);
    const { status } = await callRest(cluster.gateways[1]!.url, 'GET', '/v1/me', {
      headers: { authorization: `Bearer ${phone.body.accessToken}` },
    });
    expect(status).toBe(401);
    expect([await logIn(email, password), await logIn(email, another)]).toEqual([401, 200]);
  });
});

/** The database refuses to end a session of this person, as if the process had died there. */
async function withoutEnding<T>(userId: string, work: () => Promise<T>): Promise<T> {
  const only = (validator: object) =>
    cluster.inspect((connection) => connection.db!.command({ collMod: 'sessions', validator }));
  await only({ $or: [{ userId: { $ne: userId } }, { revokedAt: null }] });
  try {
    return await work();
  } finally {
    await only({});
  }
}

test('a password that is set without the end of the sessions is not set at all', async () => {
  const minji = await cluster.person('민지');
  const { email } = minji.user;
  const phone = await call('POST', 'login', { email, password });
  expect((await call('POST', 'password-reset', { email })).status).toBe(204);
  const [token] = await tokensTo(email, 'reset');
  const answers = await withoutEnding(minji.id, async () => [
    await minji.call('PUT', '/v1/me/password', { password, newPassword: another }),
    await call('PUT', 'password-reset', { token, password: another }),
  ]);
  for (const { status } of answers) expect(status).toBeGreaterThanOrEqual(500);
  expect([await logIn(email, password), await logIn(email, another)]).toEqual([200, 401]);
  expect((await call('PUT', 'password-reset', { token, password: another })).status).toBe(204);
  const { refreshToken } = phone.body;
  expect((await call('POST', 'refresh', { refreshToken })).body.code).toBe('SESSION_REVOKED');
});

describe('another e-mail address', () => {
  const change = (person: Person, email: string, given = password) =>
    person.call('PUT', '/v1/me/email', { email, password: given });

  test('takes its place once it is proven; the old one is told and free', async () => {
    const minji = await cluster.person('민지');
    const [old, wanted] = [minji.user.email, anAddress()];
    expect((await change(minji, wanted, another)).body.errors).toEqual([
      { path: 'password', message: 'is wrong' },
    ]);
    expect((await change(minji, wanted)).status).toBe(204);
    const [token] = await tokensTo(wanted, 'verify');
    expect((await minji.gets<view.Me>('GET', '/v1/me')).email).toBe(old);
    expect([await logIn(wanted, password), await logIn(old, password)]).toEqual([401, 200]);

    const proven = await call('POST', 'verify-email', { token });
    expect(proven.body).toMatchObject({ email: wanted, emailVerified: true });
    expect((await minji.gets<view.Me>('GET', '/v1/me')).email).toBe(wanted);
    expect([await logIn(wanted, password), await logIn(old, password)]).toEqual([200, 401]);
    expect((await call('POST', 'verify-email', { token })).status).toBe(200);
    await eventually('the old address is told', async () =>
      (await mailsTo(old)).some(({ subject }) => subject.includes('was changed')),
    );
    const newcomer = await Person.signUp(cluster.gateways[0]!, '준호', { email: old });
    // The link of the first address proves nothing for whoever has it now.
    const [first] = await tokensTo(old, 'verify', 2);
    expect((await call('POST', 'verify-email', { token: first })).status).toBe(401);
    expect((await newcomer.gets<view.Me>('GET', '/v1/me')).emailVerified).toBe(false);
  });

  test('is not set by a link from before another password', async () => {
    const minji = await cluster.person('민지');
    const [old, wanted] = [minji.user.email, anAddress()];
    expect((await change(minji, wanted)).status).toBe(204);
    const [link] = await tokensTo(wanted, 'verify');
    const changed = await minji.call('PUT', '/v1/me/password', { password, newPassword: another });
    expect(changed.status).toBe(204);
    expect((await call('POST', 'verify-email', { token: link })).status).toBe(401);
    expect((await minji.gets<view.Me>('GET', '/v1/me')).email).toBe(old);
  });

  test('voids all links from before it, also once the old one is back', async () => {
    const minji = await cluster.person('민지');
    const [old, wanted] = [minji.user.email, anAddress()];
    expect((await call('POST', 'password-reset', { email: old })).status).toBe(204);
    const [reset] = await tokensTo(old, 'reset');
    expect((await change(minji, wanted)).status).toBe(204);
    const [there] = await tokensTo(wanted, 'verify');
    expect((await call('POST', 'verify-email', { token: there })).status).toBe(200);
    expect((await call('PUT', 'password-reset', { token: reset, password: another })).status).toBe(
      401,
    );
    expect((await change(minji, old)).status).toBe(204);
    const back = (await tokensTo(old, 'verify', 2)).at(-1);
    expect((await call('POST', 'verify-email', { token: back })).body.email).toBe(old);
    expect((await call('POST', 'verify-email', { token: there })).status).toBe(401);
    expect((await call('PUT', 'password-reset', { token: reset, password: another })).status).toBe(
      401,
    );
    expect((await minji.gets<view.Me>('GET', '/v1/me')).email).toBe(old);
  });

  test('is refused where somebody has it, now or by the time it is proven', async () => {
    const [minji, junho] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
    const taken = await change(minji, junho.user.email);
    expect([taken.status, taken.body.code]).toEqual([409, 'EMAIL_TAKEN']);
    const wanted = anAddress();
    expect((await change(minji, wanted)).status).toBe(204);
    expect((await change(junho, wanted)).status).toBe(204);
    const tokens = await tokensTo(wanted, 'verify', 2);
    const answers = await Promise.all(
      tokens.map((token, node) => call('POST', 'verify-email', { token }, node)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const mine = await Promise.all([minji, junho].map((one) => one.gets<view.Me>('GET', '/v1/me')));
    expect(mine.filter(({ email }) => email === wanted)).toHaveLength(1);
  });
});

test('sessions have the name of their device', async () => {
  const minji = await cluster.person('민지');
  await callRest(cluster.gateways[0]!.url, 'POST', '/v1/auth/login', {
    body: { email: minji.user.email, password },
    headers: {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
    },
  });
  const { items } = await minji.gets<{ items: view.Session[] }>('GET', '/v1/auth/sessions');
  expect(items.map(({ name }) => name)).toContain('Firefox · Linux');
});

describe('a picture of oneself', () => {
  const upload = async (person: Person, colour: string) => {
    const form = new FormData();
    form.set('image', new Blob([new Uint8Array(await aPicture(colour))]), 'me.png');
    return person.gets<view.Image>('POST', '/v1/images', form);
  };
  const show = (person: Person, imageId: string) =>
    person.call<view.Me & view.Problem>('PUT', '/v1/me/avatar', { imageId });
  const statusOf = async (path: string) =>
    (await fetch(`${cluster.gateways[1]!.url}${path}`)).status;

  test('is seen by others, replaced and taken away', async () => {
    const [minji, junho] = await Promise.all([cluster.person('민지'), cluster.person('준호', 1)]);
    const conversation = await minji.asksAbout(await junho.lists());
    await minji.sends(conversation, '안녕하세요');
    const [first, second] = [await upload(minji, 'red'), await upload(minji, 'blue')];
    const stolen = await show(junho, first.id);
    expect([stolen.status, stolen.body.errors?.[0]?.path]).toEqual([422, 'imageId']);
    const { body: me } = await show(minji, first.id);
    expect(me.avatar).toMatchObject({ id: first.id });
    expect((await show(minji, first.id)).body).toEqual(me);
    const seen = async () =>
      (await junho.gets<view.Conversation>('GET', `/v1/conversations/${conversation.id}`)).buyer;
    await eventually('is seen', async () => (await seen()).avatar?.id === first.id);
    expect(await statusOf(me.avatar!.urls.thumb)).toBe(200);

    expect((await show(minji, second.id)).status).toBe(200);
    await eventually('is replaced', async () => (await seen()).avatar?.id === second.id);
    expect(await statusOf(first.urls.thumb)).toBe(404);
    const listed = await minji.call('POST', '/v1/listings', aListing({ imageIds: [second.id] }));
    expect(listed.status).toBe(422);

    expect((await minji.call('DELETE', '/v1/me/avatar')).status).toBe(204);
    expect((await minji.call('DELETE', '/v1/me/avatar')).status).toBe(204);
    await eventually('is gone', async () => (await seen()).avatar === undefined);
    expect(await statusOf(second.urls.thumb)).toBe(404);
  });

  test('goes with the account', async () => {
    const minji = await cluster.person('민지');
    const image = await upload(minji, 'red');
    await show(minji, image.id);
    await minji.call('DELETE', '/v1/me', { password });
    await eventually('is gone', async () => (await statusOf(image.urls.thumb)) === 404);
  });
});

const aPicture = (background: string) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();
