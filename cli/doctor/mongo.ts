import { createLogger } from '../../src/platform/logger.js';
import { missingMigrations } from '../../src/migrations/migrate.js';
import { closeMongo, connectMongo } from '../../src/platform/mongo.js';
import { clockFinding, fail, isFrom, ok, warn, type Finding } from './finding.js';

const about = 'MongoDB';
const oldest = '6.0';
const transactionSeconds = 10;

interface Hello {
  setName?: string;
  hosts?: string[];
  msg?: string;
  localTime: Date;
}

/** Whether the database is what gateways need: a replica set that takes writes, migrated. */
export async function checkMongo(uri: string): Promise<Finding[]> {
  const log = createLogger({ nodeId: 'doctor', level: 'silent', process: 'haggle' });
  const connection = await connectMongo(uri, log).catch((error: Error) => error);
  if (connection instanceof Error)
    return [
      fail(
        about,
        `cannot be reached: ${connection.message}`,
        'Check MONGODB_URI, and that the database is reachable from here.',
      ),
    ];
  try {
    const db = connection.db!;
    const asked = Date.now();
    const hello = (await db.command({ hello: 1 })) as unknown as Hello;
    const between = (asked + Date.now()) / 2;
    const { version } = (await db.command({ buildInfo: 1 })) as unknown as { version: string };
    return [
      setFinding(hello),
      isFrom(version, oldest)
        ? ok(about, `version ${version}`)
        : fail(about, `version ${version}`, `Haggle needs ${oldest} or newer.`),
      clockFinding(about, hello.localTime.getTime() - between),
      await transactionFinding(connection.getClient().db('admin')),
      await migrationFinding(connection),
    ];
  } finally {
    await closeMongo(connection);
  }
}

function setFinding({ setName, hosts = [], msg }: Hello): Finding {
  if (msg === 'isdbgrid') return ok(about, 'a sharded cluster');
  if (setName === undefined)
    return fail(
      about,
      'is no replica set',
      'Start mongod with --replSet and run rs.initiate(): transactions and change streams need it.',
    );
  const what = `replica set ${setName} of ${hosts.length} ${hosts.length === 1 ? 'member' : 'members'}`;
  return hosts.length >= 3
    ? ok(about, what)
    : warn(about, what, 'Three members survive the loss of one; for production only.');
}

type Db = { command(command: object): Promise<Record<string, unknown>> };

async function transactionFinding(db: Db): Promise<Finding> {
  const name = 'transactionLifetimeLimitSeconds';
  const seconds = await db
    .command({ getParameter: 1, [name]: 1 })
    .then((answer) => Number(answer[name]))
    .catch(() => NaN);
  if (Number.isNaN(seconds))
    return ok(about, `does not tell us ${name}, which should be ${transactionSeconds}`);
  return seconds <= transactionSeconds
    ? ok(about, `${name} is ${seconds}`)
    : warn(
        about,
        `${name} is ${seconds}: what a killed process held stays locked that long`,
        `Set it to ${transactionSeconds} on every member (setParameter).`,
      );
}

async function migrationFinding(
  connection: Parameters<typeof missingMigrations>[0],
): Promise<Finding> {
  const missing = await missingMigrations(connection);
  if (missing.length === 0) return ok('migrations', 'all done');
  const what = `missing: ${missing.map(({ id }) => id).join(', ')}`;
  const remedy = 'Run haggle migrate.';
  return missing.some(({ blocking }) => blocking)
    ? fail('migrations', `${what}; gateways and workers wait for it`, remedy)
    : warn('migrations', what, remedy);
}
