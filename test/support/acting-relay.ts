import { eventually } from './eventually.js';
import type { ServerProcess } from './server-process.js';
import type { TestCluster } from './test-cluster.js';

interface Lease {
  _id: string;
  holder: string | null;
  fence: number;
}

/** The lease of the relay of messages, as it is stored. */
const leaseOf = (cluster: TestCluster): Promise<Lease | null> =>
  cluster.inspect((connection) =>
    connection.collection<Lease>('relayLeases').findOne({ _id: 'messages' }),
  );

/** The worker whose relay acts, and its fence; one that began after `afterFence`. */
export const actingRelay = (
  cluster: TestCluster,
  { afterFence = 0, withinMs = 15_000 } = {},
): Promise<{ worker: ServerProcess; fence: number }> =>
  eventually(
    'a relay acts',
    async () => {
      const { holder, fence } = (await leaseOf(cluster))!;
      const worker = cluster.workers.find(({ name }) => name === holder);
      return worker && fence > afterFence ? { worker, fence } : undefined;
    },
    withinMs,
  );
