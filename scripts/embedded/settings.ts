import { resolve } from 'node:path';
import { isLoopback } from '../../src/platform/config.js';
import { StartProblem } from '../start-problem.js';

/** The settings of the embedded default alone; those of gateway and worker are read by their own configuration. */
export interface Settings {
  host: string;
  loopback: boolean;
  /** Port of each gateway, first one first. */
  ports: number[];
  dataDir: string;
  seed: boolean;
  /** Whether a neighbour bids for what the visitor of the demo wants. */
  rival: boolean;
  reset: boolean;
  /** --yes: the question of --reset is answered. */
  confirmed: boolean;
  help: boolean;
}

export const HELP = `npm start [-- --reset [--yes]]

Starts Haggle on this machine: MongoDB, Redis, two gateways and a worker, with demo accounts and listings.

  --reset   delete all data first (asks; --yes answers the question)
  --help    this text

Settings, as environment variables:
  PORT         port of the first gateway, the others follow (3000)
  GATEWAYS     number of gateways (2)
  HOST         address they bind to (127.0.0.1)
  DATA_DIR     folder for data, keys and logs (.data)
  SEED         on or off: demo accounts and listings (on)
  RIVAL        on or off: a neighbour who bids for what you talk about in the demo (on)
  MONGODB_URI  a MongoDB replica set to use instead of starting one
  REDIS_URL    a Redis 7 or newer to use instead of starting one
  HAGGLE_CACHE folder for downloaded servers (~/.cache/haggle)

All settings of gateway and worker apply too: see docs/operations.md.`;

/** Reads settings and arguments; throws a StartProblem that names every one that cannot be used. */
export function readSettings(env: NodeJS.ProcessEnv, argv: string[]): Settings {
  const problems: string[] = [];
  const whole = (name: string, fallback: number, least: number, most: number): number => {
    const text = env[name] || String(fallback);
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    problems.push(`${name} must be a whole number from ${least} to ${most}.`);
    return fallback;
  };
  const port = whole('PORT', 3000, 1, 65_535);
  const gateways = whole('GATEWAYS', 2, 1, 16);
  if (port + gateways - 1 > 65_535)
    problems.push(`PORT must leave room for ${gateways} ports up to 65535.`);
  for (const name of ['SEED', 'RIVAL'])
    if (!['on', 'off', undefined, ''].includes(env[name]))
      problems.push(`${name} must be on or off.`);
  const unknown = argv.filter((argument) => !['--reset', '--yes', '--help'].includes(argument));
  for (const argument of unknown) problems.push(`${argument} is not known; see --help.`);
  if (problems.length > 0)
    throw new StartProblem(
      `Haggle cannot start:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );

  const host = env.HOST || '127.0.0.1';
  return {
    host,
    loopback: isLoopback(host),
    ports: Array.from({ length: gateways }, (_, index) => port + index),
    dataDir: resolve(env.DATA_DIR || '.data'),
    seed: env.SEED !== 'off',
    rival: env.RIVAL !== 'off',
    reset: argv.includes('--reset'),
    confirmed: argv.includes('--yes'),
    help: argv.includes('--help'),
  };
}
