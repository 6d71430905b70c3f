import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { aWrongCode, codeOf, notAtTheTurn } from '../support/operators.js';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

inBrowser('operating', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let phone: Phone;
  let receiver: WebhookReceiver;
  let operator: Person, buyer: Person, seller: Person;
  const account = { email: 'operator@test.example', password: 'correct horse battery' };

  beforeAll(async () => {
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    [receiver, browser] = await Promise.all([WebhookReceiver.listen([secret]), startBrowser()]);
    cluster = await TestCluster.start({
      workers: 1,
      env: { WEBHOOK_URL: receiver.url, WEBHOOK_SECRETS: secret, SECOND_FACTOR: 'on' },
    });
    operator = await cluster.person('운영자', 0, account);
    [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
    phone = await Phone.open(browser, cluster.gateways[0]!.url);
    await phone.signsIn(account);
    await phone.isLive();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
    await receiver?.close();
  }, 60_000);

  /** Loopback lets in who shows no token. */
  const setRole = ({ id }: Person, role: string) =>
    callRest(cluster.gateways[0]!.url, 'PUT', `/v1/admin/users/${id}/role`, { body: { role } });

  const refused = () => phone.page.getByText('운영자만 볼 수 있는 화면이에요.').waitFor();

  test('who has no role finds no way there, and nothing at the address', async () => {
    await phone.taps('나');
    await phone.page.getByRole('link', { name: '계정' }).waitFor();
    expect(await phone.page.getByRole('link', { name: '서비스 운영' }).count()).toBe(0);
    await phone.goesTo('/operator');
    await refused();
  }, 60_000);

  const asks = async <T>(path: string): Promise<T> =>
    (await operator.call<T>('GET', `/v1/admin${path}`)).body;

  test('an operator sets up a second factor, and shows a code where none was shown', async () => {
    await setRole(operator, 'operator');
    const { page } = phone;
    await page.reload();
    await page.getByLabel('비밀번호').fill(account.password);
    await page.getByRole('button', { name: '등록 시작' }).click();
    const qr = page.getByRole('img', { name: '인증 앱에 등록할 QR 코드' });
    await qr.waitFor();
    expect(await qr.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    const secret = await page.locator('main code').innerText();
    await page.getByLabel('코드', { exact: true }).fill(aWrongCode(secret));
    await page.getByRole('button', { name: '등록', exact: true }).click();
    await page.getByText('코드가 틀렸거나').waitFor();
    await notAtTheTurn();
    await page.getByLabel('코드', { exact: true }).fill(codeOf(secret, -1));
    await page.getByRole('button', { name: '등록', exact: true }).click();
    const recoveryCodes = (await page.locator('main pre').innerText()).split('\n');
    expect(recoveryCodes).toHaveLength(10);
    expect(await phone.overflow()).toEqual({ page: 0, parts: [] });
    await page.getByRole('button', { name: '계속' }).click();
    await page.getByRole('link', { name: '활동 기록' }).waitFor();

    // Another session of the same person begins without.
    await operator.gets('POST', '/v1/auth/second-factor', { code: codeOf(secret) });
    await cluster.inspect((connection) =>
      connection
        .collection('sessions')
        .updateMany(
          { userId: operator.id, 'factor.at': { $lt: new Date() }, userAgent: /Chrome/ },
          { $unset: { factor: '' } },
        ),
    );
    await page.reload();
    await page.getByLabel('코드', { exact: true }).fill(recoveryCodes[0]!);
    await page.getByRole('button', { name: '확인' }).click();
    await page.getByRole('link', { name: '활동 기록' }).waitFor();
  }, 60_000);

  test('an operator finds out why a push was given up, and puts it back once that is mended', async () => {
    await setRole(operator, 'operator');
    const token = randomUUID();
    const registers = (provider: string) =>
      seller.gets('PUT', '/v1/me/devices/phone', { provider, token: `${token}-${provider}` });
    await registers('fcm');
    const conversation = await buyer.asksAbout(await seller.lists());
    const { message } = await buyer.sends(conversation, '비밀 이야기');
    await eventually('it is given up', async () => {
      const { total } = await asks<{ total: number }>('/dead-letters');
      return total === 1;
    });
    const { page } = phone;
    await phone.taps('나');
    await page.getByRole('link', { name: '서비스 운영' }).click();
    await page.getByRole('link', { name: '실패한 알림' }).click();
    await page.getByText('모두 1개').waitFor();
    const letter = page.getByRole('listitem').filter({ hasText: seller.id });
    await letter.getByText('no provider fcm is set up').waitFor();
    expect(await phone.overflow()).toEqual({ page: 0, parts: [] });

    await letter.getByRole('link').click();
    const story = page.getByRole('article');
    await story.getByText('1번 시도한 뒤 포기했어요.').waitFor();
    await story.getByText('접속한 기기도 없어서').waitFor();
    expect(await page.getByLabel('번호(seq)').inputValue()).toBe('1');
    const told = JSON.stringify([
      await asks('/dead-letters'),
      await asks(`/deliveries?messageId=${message.id}`),
      await page.locator('main').innerText(),
    ]);
    expect(told).not.toContain('비밀');
    expect(told).not.toContain(token);
    expect(await phone.overflow()).toEqual({ page: 0, parts: [] });

    await registers('log');
    await page.goBack();
    await letter.getByRole('button', { name: '다시 보내기' }).click();
    await page.getByText('1개를 다시 보내요.').waitFor();
    await page.getByText('실패한 알림이 없어요.').waitFor();
    // The button is gone: the keyboard goes on at the start of the list.
    await page.locator('.operator-hint:focus').waitFor();
    await eventually('it is sent', async () => {
      const { recipients } = await asks<view.DeliveryTrace>(`/deliveries?messageId=${message.id}`);
      return recipients[0]?.devices.some(({ state }) => state === 'sent');
    });
    await page.getByRole('link', { name: '전달 추적' }).click();
    await page.getByLabel('메시지 ID').fill(message.id);
    await page.keyboard.press('Enter');
    // The first token of the device was refused, the second one took it.
    await story.getByText(/가운데 1대에 보냈어요/).waitFor();
    await page.getByLabel('메시지 ID').fill(randomUUID());
    await page.keyboard.press('Enter');
    await page.getByText('그런 메시지가 없어요.').waitFor();
    await page.getByRole('link', { name: '활동 기록' }).click();
    const act = page.getByRole('listitem').filter({ hasText: '실패한 알림을 다시 보냄' });
    await act.getByText('운영자 ·').waitFor();
  }, 60_000);

  test('all that was given up is put back after a question', async () => {
    const { page } = phone;
    await seller.gets('PUT', '/v1/me/devices/phone', { provider: 'fcm', token: randomUUID() });
    const conversation = await buyer.asksAbout(await seller.lists());
    await buyer.sends(conversation, '또 다른 이야기');
    await eventually('it is given up', async () => {
      const { total } = await asks<{ total: number }>('/dead-letters');
      return total === 1;
    });
    await page.getByRole('link', { name: '실패한 알림' }).click();
    await page.getByRole('button', { name: '전부 다시 보내기' }).click();
    const dialog = await phone.dialog();
    await dialog.getByText('실패한 알림 1개를 다시 보내요.').waitFor();
    await dialog.getByRole('button', { name: '취소' }).click();
    expect((await asks<{ total: number }>('/dead-letters')).total).toBe(1);
    await page.getByRole('button', { name: '전부 다시 보내기' }).click();
    await (await phone.dialog()).getByRole('button', { name: '다시 보내기' }).click();
    await page.getByText('1개를 다시 보내요.').waitFor();
    await page.getByText('실패한 알림이 없어요.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  }, 60_000);

  test('webhooks are switched on again after a 410, looked through, and sent again', async () => {
    const { page } = phone;
    receiver.answers = () => 410;
    const listing = await seller.lists();
    await eventually(
      'it is switched off',
      async () => (await asks<{ disabledAt: string | null }>('/webhooks')).disabledAt,
    );
    receiver.obliging();
    await page.getByRole('link', { name: '웹훅' }).click();
    await page.getByText('410으로 답해서').waitFor();
    expect(await phone.overflow()).toEqual({ page: 0, parts: [] });
    await page.getByRole('button', { name: '다시 켜기' }).click();
    await page.getByText('이제 다시 알려요.').waitFor();
    await page.getByText('410으로 답해서').waitFor({ state: 'detached' });
    await receiver.hears('listing.updated', ({ data }) => data.listing.id === listing.id);

    await page.getByLabel('종류').selectOption('message.created');
    await page.getByLabel('상태').selectOption('delivered');
    const events = page.getByRole('listitem').filter({ hasText: '번 시도' });
    await events.first().getByText('message.created').waitFor();
    expect(await events.count()).toBe(2);
    const before = receiver.heard.length;
    await events.first().getByRole('button', { name: '다시 보내기' }).click();
    await page.getByText('곧 다시 보내요.').waitFor();
    const again = await eventually('it is sent again', () => receiver.heard[before]);
    expect(again.event.type).toBe('message.created');
    await page.getByLabel('상태').selectOption('dead');
    await page.getByText('여기에 맞는 웹훅이 없어요.').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('whsec_');
  }, 60_000);

  test('an operator reads who did what, page after page, until the role is taken', async () => {
    const { page } = phone;
    for (let n = 1; n <= 21; n += 1)
      await operator.call('POST', '/v1/admin/dead-letters/redrive', { reason: `까닭 ${n}` });
    await phone.taps('나');
    await page.getByRole('link', { name: '서비스 운영' }).click();
    await page.getByRole('link', { name: '활동 기록' }).click();
    const newest = page.getByRole('listitem').first();
    await newest.getByText('실패한 알림을 한꺼번에 다시 보냄').waitFor();
    expect(await newest.innerText()).toMatch(/운영자 · [^]*reason\s+까닭 21/);
    expect(await page.getByText('역할을 바꿈').count()).toBe(0);
    expect(await phone.overflow()).toEqual({ page: 0, parts: [] });
    await page.getByRole('button', { name: '더 보기' }).click();
    await page.getByText('역할을 바꿈').first().waitFor();
    expect(await page.getByText(/^까닭 \d+$/).count()).toBe(21);
    await setRole(operator, 'none');
    await page.reload();
    await refused();
  }, 60_000);
});
