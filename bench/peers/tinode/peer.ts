import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../scripts/servers/free-port.js';
import type { Pair } from '../../load/orders.js';
import { TinodeSession } from '../../load/tinode-session.js';
import { allOf } from '../haggle/all-of.js';
import type { Ground, Peer } from '../peer.js';
import { version, type Programs } from './program.js';

const run = promisify(execFile);

/**
 * Tinode with its MongoDB adapter: two nodes of a cluster, writes of a majority, journaled. Its devices tell how far they
 * have read, as Haggle's do. Pushes, validation of addresses, compression and files are off.
 */
export const tinodeOf = (programs: Programs): Peer => ({
  name: `Tinode ${version}`,
  receipts: true,
  async start(ground, count) {
    const ports = [await freePort(), await freePort()] as [number, number];
    const inner = [await freePort(), await freePort()] as [number, number];
    const folder = mkdtempSync(join(tmpdir(), 'tinode-run-'));
    try {
      const config = join(folder, 'tinode.conf');
      writeFileSync(config, JSON.stringify(configOf(ground, inner)));
      await run(programs.createDatabase, [`-config=${config}`], { cwd: folder });
      const pids = await Promise.all(
        ['one', 'two'].map((name, index) => {
          const listen = `127.0.0.1:${ports[index]}`;
          const args = [`-config=${config}`, `-cluster_self=${name}`, `-listen=${listen}`];
          return ground.processes.startProgram(`tinode-${name}`, programs.server, {
            args: [...args, `-static_data=${folder}`, '-expvar=-'],
            cwd: folder,
            port: ports[index]!,
          });
        }),
      );
      return { pairs: await meet(ports, count), parts: { gateways: pids } };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

function configOf({ mongoUri, name }: Ground, inner: [number, number]) {
  const uri = new URL(mongoUri);
  uri.pathname = '/';
  uri.searchParams.set('w', 'majority');
  uri.searchParams.set('journal', 'true');
  return {
    listen: '127.0.0.1:0',
    grpc_listen: '',
    ws_compression_disabled: true,
    api_key_salt: apiKeySalt,
    max_message_size: 262_144,
    max_subscriber_count: 128,
    auth_config: {
      basic: { min_login_length: 4, min_password_length: 6 },
      token: { expire_in: 86_400, serial_num: 1, key: randomBytes(32).toString('base64') },
    },
    store_config: {
      uid_key: randomBytes(16).toString('base64'),
      use_adapter: 'mongodb',
      adapters: {
        mongodb: {
          uri: uri.href,
          addresses: uri.host,
          database: name,
          // Named, it uses transactions, as in its own configuration for a replica set.
          replica_set: uri.searchParams.get('replicaSet') ?? '',
        },
      },
    },
    push: [],
    cluster_config: {
      self: '',
      nodes: inner.map((port, index) => ({
        name: ['one', 'two'][index],
        addr: `127.0.0.1:${port}`,
      })),
      failover: { enabled: false },
    },
  };
}

/** The public salt of its own configuration, which `TinodeSession` has a key for. */
const apiKeySalt = 'T713/rYYgW7g4m3vG6zGRh7+FM1t0T8j13koXScOAj4=';

/** Makes accounts and conversations of two, through the public door; half of the senders are on either node. */
function meet(ports: [number, number], count: number): Promise<Pair[]> {
  return allOf(count, async (index) => {
    const [senderPort, recipientPort] = [ports[index % 2]!, ports[1 - (index % 2)]!];
    const sender = await TinodeSession.open(senderPort);
    const recipient = await TinodeSession.open(recipientPort);
    const one = await sender.signUp(randomUUID());
    const other = await recipient.signUp(randomUUID());
    await sender.attach(other.id);
    sender.close();
    recipient.close();
    return {
      conversationId: other.id,
      senderToken: one.token,
      senderPort,
      recipientToken: other.token,
      recipientPort,
      tinode: { sender: one.id, recipient: other.id },
    };
  });
}
