import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Child } from '../../scripts/servers/child.js';
import { freePort } from '../../scripts/servers/free-port.js';
import { createLeash } from '../../scripts/servers/leash.js';
import { launchMongod } from '../../scripts/servers/mongo.js';
import { findMongod } from '../../scripts/servers/mongod-program.js';
import { REPLICA_SET } from '../../scripts/servers/replica-set.js';
import { eventually } from './eventually.js';

/**
 * A replica set of three members: the primary, one that clients may read from, and a hidden one, so that writes are
 * acknowledged by a majority while the second stands still.
 */
export class ReplicaSet {
  private constructor(
    private readonly ports: number[],
    private readonly members: Child[],
    private readonly release: () => void,
  ) {}

  static async start(): Promise<ReplicaSet> {
    const folder = mkdtempSync(join(tmpdir(), 'haggle-set-'));
    const leash = createLeash();
    const onProgress = () => undefined;
    const program = process.env['TEST_MONGOD_BIN'] ?? (await findMongod({ env: {}, onProgress }));
    const ports = [await freePort(), await freePort(), await freePort()];
    const members = ports.map((port, index) => {
      const [dataDir, logFile] = [join(folder, `${index}`), join(folder, `${index}.log`)];
      return launchMongod({ program, dataDir, port, logFile, leash, cacheGb: 0.25, joins: true });
    });
    const set = new ReplicaSet(ports, members, () => {
      leash.end();
      rmSync(folder, { recursive: true, force: true });
    });
    await Promise.all(members.map(({ ready }) => ready));
    await set.begin();
    return set;
  }

  /** A database of the set. */
  uri(database: string): string {
    const hosts = this.ports.map((port) => `127.0.0.1:${port}`).join();
    return `mongodb://${hosts}/${database}?replicaSet=${REPLICA_SET}`;
  }

  /** The member that is read from takes over nothing more, and goes on to answer with what it has. */
  async standStill(): Promise<void> {
    await this.ask(1, { fsync: 1, lock: true });
  }

  async goOn(): Promise<void> {
    await this.ask(1, { fsyncUnlock: 1 });
  }

  async stop(): Promise<void> {
    for (const member of this.members) member.kill();
    await Promise.all(this.members.map(({ exited }) => exited));
    this.release();
  }

  private async begin(): Promise<void> {
    const members = this.ports.map((port, _id) => ({
      _id,
      host: `127.0.0.1:${port}`,
      priority: _id === 0 ? 1 : 0,
      hidden: _id === 2,
    }));
    await this.ask(0, { replSetInitiate: { _id: REPLICA_SET, members } });
    await eventually('all members follow', async () => {
      const { members: now } = await this.ask(0, { replSetGetStatus: 1 });
      const states = (now as { stateStr: string }[]).map(({ stateStr }) => stateStr);
      return states.join() === 'PRIMARY,SECONDARY,SECONDARY';
    });
  }

  private async ask(member: number, command: mongoose.mongo.Document) {
    const uri = `mongodb://127.0.0.1:${this.ports[member]}/?directConnection=true`;
    const client = new mongoose.mongo.MongoClient(uri);
    try {
      return await client.db('admin').command(command);
    } finally {
      await client.close();
    }
  }
}
