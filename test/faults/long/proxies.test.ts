import { afterEach, describe, expect, test } from '@jest/globals';
import { ChatCrowd, type Pair } from '../../support/chat-crowd.js';
import { ProxiedCluster } from '../../support/proxied-cluster.js';
import { expectAllGetsThrough } from '../../support/proxy-checks.js';
import { findProxy, proxyNames } from '../../support/reverse-proxy.js';

/**
 * Each proxy that is found, or only those of PROXIES (names with commas between): three gateways are replaced one by one
 * under 500 clients that send 200 messages a second. Others with PROXY_PAIRS (of people), PROXY_SOCKETS (each has) and
 * PROXY_RATE.
 */
const names = process.env['PROXIES']?.split(',') ?? proxyNames;
const pairsCount = Number(process.env['PROXY_PAIRS'] ?? 50);
const socketsEach = Number(process.env['PROXY_SOCKETS'] ?? 5);
const perSecond = Number(process.env['PROXY_RATE'] ?? 200);

let proxied: ProxiedCluster | undefined;
let crowd: ChatCrowd | undefined;

afterEach(async () => {
  crowd?.leaves();
  await proxied?.stop();
  crowd = proxied = undefined;
}, 60_000);

describe.each(proxyNames.filter((name) => names.includes(name)))('%s', (name) => {
  const found = findProxy(name);
  if ('missing' in found) {
    test.skip(`not run: ${found.missing}`, () => undefined);
    return;
  }

  test('three gateways are replaced, and no send fails, nothing is lost or doubled', async () => {
    proxied = await ProxiedCluster.start(name, found.program, { gateways: 3, leadSeconds: 5 });
    const pairs: Pair[] = [];
    for (let number = 0; number < pairsCount; number += 1) pairs.push(await proxied.pair(number));
    await expectAllGetsThrough(proxied, pairs[0]!.people[0]);

    crowd = new ChatCrowd(proxied.proxy.url);
    await crowd.connects(pairs, socketsEach);
    crowd.begins(perSecond);
    for (let number = 0; number < 3; number += 1) await proxied.replaces(number);
    const reconnects = crowd.reconnectsMost;
    const rest = { ...crowd.counts.rest };
    if (proxied.proxy.reloads) await proxied.proxy.reload();
    await crowd.rests();

    const { counts } = crowd;
    const afterReload = crowd.reconnectsMost;
    console.log(
      `${name}: ${JSON.stringify({ clients: crowd.size, ...counts, rest, reconnects, afterReload, restAfterReload: counts.rest })}`,
    );
    // A call on a connection that the proxy closes at its reload is between the two of them.
    const { cutOff, refused } = counts;
    expect({ cutOff, refused, rest }).toEqual({ cutOff: 0, refused: {}, rest: {} });
    expect(reconnects).toBeLessThanOrEqual(3);
    // No live socket is cut by it.
    expect(afterReload).toBe(reconnects);
    const stored = await proxied.stored();
    expect(stored).toMatchObject({ doubled: 0, holes: 0 });
    expect([...crowd.acknowledged].filter((id) => !stored.ids.has(id))).toEqual([]);
  }, 300_000);
});
