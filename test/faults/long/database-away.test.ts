import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { TestCluster } from '../../support/test-cluster.js';

/** A database that stands still while a gateway serves. */
let mongodb: FaultProxy;
let cluster: TestCluster;

beforeAll(async () => {
  mongodb = await FaultProxy.to(process.env['TEST_MONGODB_URI']!);
  const uri = new URL(mongodb.through(process.env['TEST_MONGODB_URI']!));
  uri.pathname = `/test_${randomUUID().slice(0, 8)}`;
  // Else the driver would go to the member's own address, past the proxy.
  uri.search = 'directConnection=true';
  cluster = await TestCluster.start({ env: { MONGODB_URI: uri.href } });
}, 60_000);

afterAll(async () => {
  mongodb?.set('pass');
  await cluster?.stop();
  await mongodb?.close();
}, 60_000);

test('a gateway stays ready for a while without the database, then it is not, and then it is again', async () => {
  const says = async () => {
    const answer = await fetch(`${cluster.gateways[0]!.url}/readyz`);
    const { mongodb: state } = (await answer.json()) as { mongodb: string };
    return `${answer.status} ${state}`;
  };
  const seen: string[] = [];
  const untilItSays = (wanted: string) =>
    eventually(
      `it says ${wanted}`,
      async () => {
        const now = await says();
        if (seen.at(-1) !== now) seen.push(now);
        return now === wanted;
      },
      60_000,
    );
  await untilItSays('200 up');
  mongodb.set('blackHole');
  await untilItSays('503 down');
  mongodb.set('pass');
  await untilItSays('200 up');
  expect(seen).toEqual(['200 up', '200 down', '503 down', '200 up']);
}, 180_000);
