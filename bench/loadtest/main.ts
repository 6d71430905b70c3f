import { parseArgs } from 'node:util';
import { showLine } from './display.js';
import { runLoadTest } from './run.js';

/** `npm run loadtest`: docs/capacity.md describes it and its options. */
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '20000' },
    first: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '12' },
    minutes: { type: 'string', default: '4' },
    processes: { type: 'string', default: '2' },
    url: { type: 'string' },
    tokens: { type: 'string' },
    'i-may-load-this-server': { type: 'boolean', default: false },
    /** Writes the figures into the page and bench/results. */
    record: { type: 'boolean', default: false },
  },
});

const number = (name: 'users' | 'first' | 'seconds' | 'minutes' | 'processes', most: number) => {
  const value = Number(values[name]);
  if (!(value >= 1 && value <= most))
    throw new Error(`--${name}=${values[name]} must be a number from 1 to ${most}`);
  return value;
};

try {
  await runLoadTest({
    most: number('users', 1_000_000),
    first: number('first', 1_000_000),
    seconds: number('seconds', 600),
    // Access tokens of the accounts that the test makes itself end after fifteen.
    minutes: number('minutes', 12),
    processes: number('processes', 64),
    urls: values.url?.split(','),
    tokens: values.tokens,
    allowed: values['i-may-load-this-server'],
    record: values.record,
    print: showLine,
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
