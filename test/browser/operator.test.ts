import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

inBrowser('operating', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let phone: Phone;
  let operator: Person;
  const account = { email: 'operator@test.example', password: 'correct horse battery' };

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.start(), startBrowser()]);
    operator = await cluster.person('운영자', 0, account);
    phone = await Phone.open(browser, cluster.gateways[0]!.url);
    await phone.signsIn(account);
    await phone.isLive();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
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

  test('an operator reads who did what, page after page, until the role is taken', async () => {
    await setRole(operator, 'operator');
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
    await page.getByText('역할을 바꿈').waitFor();
    expect(await page.getByText(/^까닭 \d+$/).count()).toBe(21);
    await setRole(operator, 'none');
    await page.reload();
    await refused();
  }, 60_000);
});
