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

interface Options {
  /** Each of the three may become the primary. Else it is always the first. */
  electable?: boolean;
  /** Two: the primary, and one that clients may read from, without a vote. It may stand still, too. */
  members?: 2 | 3;
}

/** What a failpoint of MongoDB does to commands; see its `failCommand`. */
export interface FailCommand {
  failCommands: string[];
  errorCode?: number;
  closeConnection?: boolean;
  writeConcernError?: { code: number; errmsg: string };
  blockConnection?: boolean;
  blockTimeMS?: number;
}

type Mode = 'off' | 'alwaysOn' | { times: number } | { activationProbability: number };

interface Status {
  members: { stateStr: string; name: string }[];
}

/**
 * A replica set of three members. As it is made without options: the primary, one that clients may read from, and a
 * hidden one, so that writes are acknowledged by a majority while the second stands still.
 */
export class ReplicaSet {
  private members: Child[] = [];

  private constructor(
    private readonly ports: number[],
    private readonly launch: (member: number) => Child,
    private readonly release: () => void,
  ) {
    this.members = ports.map((_, member) => launch(member));
  }

  static async start({ electable = false, members = 3 }: Options = {}): Promise<ReplicaSet> {
    const folder = mkdtempSync(join(tmpdir(), 'haggle-set-'));
    const leash = createLeash();
    const onProgress = () => undefined;
    const program = process.env['TEST_MONGOD_BIN'] ?? (await findMongod({ env: {}, onProgress }));
    const ports: number[] = [];
    while (ports.length < members) ports.push(await freePort());
    const launch = (member: number): Child =>
      launchMongod({
        program,
        dataDir: join(folder, `${member}`),
        port: ports[member]!,
        logFile: join(folder, `${member}.log`),
        leash,
        cacheGb: 0.25,
        joins: true,
        parameters: {
          enableTestCommands: 1,
          // As docs/operations.md asks of a set: a member leaves a hung source in 4 s, not in 13.
          oplogNetworkTimeoutBufferSeconds: 2,
          oplogFetcherSteadyStateMaxFetcherRestarts: 0,
        },
      });
    const set = new ReplicaSet(ports, launch, () => {
      leash.end();
      rmSync(folder, { recursive: true, force: true });
    });
    await Promise.all(set.members.map(({ ready }) => ready));
    await set.begin(electable);
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

  /** The number of the member that takes writes, once there is one. `besides`: another one than that. */
  primary(besides?: number): Promise<number> {
    return eventually(
      'there is a primary',
      async () => {
        const others = [...this.ports.keys()].filter((member) => member !== besides);
        const said = await Promise.all(others.map((member) => this.takesWrites(member)));
        const found = others.find((_, index) => said[index]);
        return found !== undefined && { found };
      },
      60_000,
    ).then(({ found }) => found);
  }

  /**
   * The primary hands over, as an operator has it do before it is replaced. It may be elected again soon: else there is
   * nobody left when each has stepped down.
   */
  async stepsDown(): Promise<void> {
    await this.ask(await this.primary(), { replSetStepDown: 4, secondaryCatchUpPeriodSecs: 3 });
  }

  async kill(member: number): Promise<void> {
    this.members[member]!.kill();
    await this.members[member]!.exited;
  }

  /** A member that was killed, with the data it had. */
  async startAgain(member: number): Promise<void> {
    this.members[member] = this.launch(member);
    await this.members[member].ready;
  }

  /** Its connections stay open, and nothing is answered. */
  hang(member: number): void {
    process.kill(this.members[member]!.pid!, 'SIGSTOP');
  }

  wake(member: number): void {
    process.kill(this.members[member]!.pid!, 'SIGCONT');
  }

  /** One takes writes, and the others follow. */
  async isWhole(): Promise<void> {
    await eventually(
      'all members follow',
      async () => {
        const { members } = (await this.ask(await this.primary(), {
          replSetGetStatus: 1,
        })) as unknown as Status;
        const states = members.map(({ stateStr }) => stateStr);
        const following = states.filter((state) => state === 'SECONDARY').length;
        return states.includes('PRIMARY') && following === this.ports.length - 1;
      },
      60_000,
    );
  }

  /** Commands go wrong on every member from now on; `appName`: only those of the clients that call themselves so. */
  async fails(mode: Mode, data?: FailCommand & { appName?: string }): Promise<void> {
    const command = { configureFailPoint: 'failCommand', mode, ...(data && { data }) };
    await Promise.all(this.ports.map((_, member) => this.ask(member, command)));
  }

  async stop(): Promise<void> {
    for (const member of this.members) member.kill();
    await Promise.all(this.members.map(({ exited }) => exited));
    this.release();
  }

  private takesWrites(member: number): Promise<boolean> {
    return this.ask(member, { hello: 1 }).then(
      ({ isWritablePrimary }) => Boolean(isWritablePrimary),
      () => false,
    );
  }

  private async begin(electable: boolean): Promise<void> {
    const members = this.ports.map((port, _id) => ({
      _id,
      host: `127.0.0.1:${port}`,
      priority: electable || _id === 0 ? 1 : 0,
      hidden: !electable && _id === 2,
      votes: this.ports.length === 2 && _id === 1 ? 0 : 1,
    }));
    // Of the time until an election, which is ten seconds by default, nothing else depends: a fault is over sooner. A
    // new primary waits for no hung one, as docs/operations.md asks.
    const settings = electable ? { electionTimeoutMillis: 3_000, catchUpTimeoutMillis: 2_000 } : {};
    await this.ask(0, { replSetInitiate: { _id: REPLICA_SET, members, settings } });
    await this.isWhole();
  }

  private async ask(member: number, command: mongoose.mongo.Document) {
    const uri = `mongodb://127.0.0.1:${this.ports[member]}/?directConnection=true`;
    const client = new mongoose.mongo.MongoClient(uri, {
      serverSelectionTimeoutMS: 2_000,
      socketTimeoutMS: 30_000,
    });
    try {
      return await client.db('admin').command(command);
    } finally {
      await client.close();
    }
  }
}
