import { setTimeout as pause } from 'node:timers/promises';
import mongoose, { type ClientSession, type Connection } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { OUT_OF_TIME } from './mongo.js';
import { Turns } from './turns.js';

/**
 * A transaction that has not come through by then is given up: clients wait 15 s for an answer. What stands in its way
 * longer than that is the transaction of a process that died, which the server ends by its own limit (operations.md).
 */
export const transactionMs = 8_000;

/** Between two tries, in milliseconds; drawn from 0 to a bound that grows from the first to the second. */
const [pauseFrom, pauseTo] = [10, 300];

const turns = new Turns();

/**
 * Runs `work` in one transaction with majority reads and writes. One that conflicts with another is run again, so `work`
 * must do nothing but read and write through the session it is given; it may end the transaction itself, where it finds
 * that there is nothing to write. `inTurnFor`: transactions for the same thing wait
 * for each other in this process instead of conflicting. Throws UNAVAILABLE when it did not come through in time; it
 * may have been written all the same, when only the answer to its end is missing.
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
 * As the driver's `withTransaction`, whose own end of 120 s is fixed: its `timeoutMS` has no effect in mongodb 7.8.
 */
async function untilCommitted<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
  deadline: number,
): Promise<T> {
  const session = await connection.startSession();
  try {
    for (let tries = 0; ; tries += 1) {
      if (Date.now() >= deadline) throw heldTooLong();
      session.startTransaction({
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority', journal: true },
        readPreference: 'primary',
        maxCommitTimeMS: transactionMs,
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
  }
}

/** Again while it is not known whether it was committed; that changes nothing where it was. */
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

const heldTooLong = () =>
  new Refusal('UNAVAILABLE', 'Others are changing this at the same time', { retryAfterMs: 1_000 });

const isLabelled = (error: unknown, label: string): boolean =>
  error instanceof mongoose.mongo.MongoError && error.hasErrorLabel(label);

const isOutOfTime = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === OUT_OF_TIME;
