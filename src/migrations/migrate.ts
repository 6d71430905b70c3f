import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { LeaseStore } from '../platform/lease.store.js';
import { closeMongo, connectMongo } from '../platform/mongo.js';
import { createLogger } from '../platform/logger.js';
import { MigrationStore } from './migration.store.js';
import { migrations, type Migration } from './migrations.js';

/** A run that was killed is followed after so long. */
const leaseMs = 15_000;
const renewEachMs = 5_000;
const askEachMs = 500;
const name = `${hostname()}, process ${process.pid}`;

export interface MigrateOptions {
  /** Only those that gateways and workers wait for. */
  blockingOnly?: boolean;
  /** Runs this one, although it was done. */
  again?: string | undefined;
  /** How long to wait for another run, in milliseconds; five minutes if it is left out. */
  waitMs?: number;
  /** Told what happens, line by line. */
  say?: (line: string) => void;
}

/** Another run is under way, and did not end while this one waited. */
export class MigrationsBusy extends Error {
  constructor(holder: string | null, until: Date) {
    super(
      `Another run of migrations (${holder}) holds the lock. It renews it while it works; ` +
        `a run that was killed loses it at ${until.toISOString()}.`,
    );
    this.name = 'MigrationsBusy';
  }
}

/**
 * Brings the database behind `uri` to this version, and answers with the ids of the migrations that ran. Of any number
 * of runs at once one works, under a lease by the database's clock. Throws {@link MigrationsBusy}, and what a migration
 * threw: those before it stay done.
 */
export const migrateDatabase = (uri: string, options: MigrateOptions = {}): Promise<string[]> =>
  connected(uri, (connection) => migrate(connection, options));

/** All migrations of this version, and when this database has had each; undefined: not yet. */
export const readMigrations = (uri: string) =>
  connected(uri, async (connection) => {
    const done = await new MigrationStore(connection).done();
    return migrations.map(({ id, blocking }) => ({ id, blocking, doneAt: done.get(id) }));
  });

async function connected<T>(uri: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const log = createLogger({ nodeId: name, level: 'silent', process: 'migrate' });
  const connection = await connectMongo(uri, log, { forLong: true });
  try {
    return await work(connection);
  } finally {
    await closeMongo(connection);
  }
}

/** What of this version the database has not had, in order. */
export async function missingMigrations(connection: Connection): Promise<Migration[]> {
  const done = await new MigrationStore(connection).done();
  return migrations.filter(({ id }) => !done.has(id));
}

async function migrate(
  connection: Connection,
  { blockingOnly = false, again, waitMs = 300_000, say = () => undefined }: MigrateOptions,
): Promise<string[]> {
  const isAsked = ({ id, blocking }: Migration) => id === again || blocking || !blockingOnly;
  const asked = async () => {
    const missing = new Set(await missingMigrations(connection));
    return migrations.filter((one) => (missing.has(one) && isAsked(one)) || one.id === again);
  };
  if ((await asked()).length === 0) return [];
  const leases = new LeaseStore(connection, 'migrations');
  await leases.prepare();
  const fence = await take(leases, waitMs, say);
  const lease = { held: true };
  const renewing = setInterval(() => {
    // A renewal that failed is tried again, as long as nobody else has taken the lease.
    leases.renew(fence, leaseMs).then(
      (held) => (lease.held = held),
      () => undefined,
    );
  }, renewEachMs);
  try {
    const done = new MigrationStore(connection);
    const ran: string[] = [];
    // Read again: another run may have done them while this one waited.
    for (const migration of await asked()) {
      const { id } = migration;
      if (!lease.held) throw new Error('Another run took the lock: this one was away for too long');
      say(`${id}: running`);
      const began = performance.now();
      await migration.run(connection);
      const ms = Math.round(performance.now() - began);
      await done.note(id, { at: new Date(), ms });
      say(`${id}: done in ${ms} ms`);
      ran.push(id);
    }
    return ran;
  } finally {
    clearInterval(renewing);
    await leases.giveUp(fence).catch(() => undefined);
  }
}

async function take(
  leases: LeaseStore,
  waitMs: number,
  say: (line: string) => void,
): Promise<number> {
  const deadline = performance.now() + waitMs;
  for (let told = false; ; told = true) {
    const fence = await leases.take(name, leaseMs);
    if (fence !== null) return fence;
    const { holder, until } = (await leases.holder())!;
    if (performance.now() >= deadline) throw new MigrationsBusy(holder, until);
    if (!told) say(`Waiting for another run (${holder})`);
    await wait(askEachMs);
  }
}
