import { setTimeout as pause } from 'node:timers/promises';
import mongoose, { type ClientSession, type Connection } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { OUT_OF_TIME, writeMs } from './mongo.js';
import { Turns } from './turns.js';

/**
 * A transaction that is not committed by then is given up: clients wait 15 s for an answer. Only the transaction of a
 * process that died blocks it for longer, and the server ends that by its own limit (operations.md).
 */
export const transactionMs = 8_000;

/** The pause between two tries is random from 0 to a bound, which grows from the first of these to the second (ms). */
const [pauseFrom, pauseTo] = [10, 300];

const turns = new Turns();

/** What is to be done once the transaction of a session is over. */
const afterwards = new WeakMap<ClientSession, (() => Promise<void> | void)[]>();

/**
 * Has {@link inTransaction} do this, and wait for it, once the transaction is over and its changes are to be seen;
 * without one it is done now. Also after a transaction that was rolled back, and again when it ran again.
 */
export async function afterTransaction(
  session: ClientSession | undefined,
  work: () => Promise<void> | void,
): Promise<void> {
  if (!session) return work();
  afterwards.set(session, [...(afterwards.get(session) ?? []), work]);
}

/**
 * Runs `work` in one transaction with majority reads and writes. A transaction that conflicts with another runs again,
 * so `work` must only read and write through its session; it may end the transaction itself when there is nothing to
 * write. `inTurnFor`: transactions for the same thing wait for each other in this process instead of conflicting.
 * Throws UNAVAILABLE when it was not committed in time; it may be stored all the same, when only the answer to its
 * commit is missing.
 */
export async function inTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
  { inTurnFor }: { inTurnFor?: string } = {},
): Promise<T> {
  const deadline = Date.now() + transactionMs;
  const run = () => untilCommitted(connection, work, deadline);
  return inTurnFor === undefined ? run() : turns.take(inTurnFor, run);
}

/**
 * Works like the driver's `withTransaction`, whose time limit of 120 s is fixed: its `timeoutMS` has no effect in
 * mongodb 7.8.
 */
async function untilCommitted<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
  deadline: number,
): Promise<T> {
  // Not by mongoose's own `startSession`: while the database is away it waits 10 s, and then rejects with an error that
  // does not tell an outage.
  const session = connection.getClient().startSession();
  try {
    for (let tries = 0; ; tries += 1) {
      if (Date.now() >= deadline) throw heldTooLong();
      session.startTransaction({
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority', journal: true },
        readPreference: 'primary',
        maxCommitTimeMS: writeMs,
      });
      try {
        const result = await work(session);
        if (session.inTransaction()) await commit(session, deadline);
        return result;
      } catch (error) {
        if (session.inTransaction()) await session.abortTransaction();
        if (!isLabelled(error, 'TransientTransactionError')) throw error;
      }
      await pause(Math.random() * Math.min(pauseFrom * 1.5 ** tries, pauseTo));
    }
  } finally {
    await session.endSession();
    for (const work of afterwards.get(session) ?? []) await work();
  }
}

/** Commits again while the outcome is unknown; a second commit changes nothing. */
async function commit(session: ClientSession, deadline: number): Promise<void> {
  for (;;) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      const again = isLabelled(error, 'UnknownTransactionCommitResult') && !isOutOfTime(error);
      if (!again || Date.now() >= deadline) throw error;
    }
  }
}

/** Others were first again and again. */
export const heldTooLong = () =>
  new Refusal('UNAVAILABLE', 'Others are changing this at the same time', { retryAfterMs: 1_000 });

const isLabelled = (error: unknown, label: string): boolean =>
  error instanceof mongoose.mongo.MongoError && error.hasErrorLabel(label);

const isOutOfTime = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === OUT_OF_TIME;
