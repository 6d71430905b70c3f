import { InvalidArgumentError, type Command } from 'commander';
import { seed } from '../scripts/seed.js';
import { seedListings } from '../scripts/seed/fill.js';
import { CommandProblem } from './command-problem.js';
import { remark } from './output.js';
import { setting } from './settings.js';

const most = 10_000_000;

const help = `
--listings and --messages read MONGODB_URI; beside "npm start" they need no settings. What is made stays: seed no
database that people use. --demo goes through the REST API of a gateway, and repeating it adds nothing.

Examples:
  haggle seed --listings 100000 --messages 50000
  haggle seed --demo http://localhost:3000`;

interface Options {
  listings: number;
  messages: number;
  demo?: string;
}

export function addSeed(program: Command): void {
  program
    .command('seed')
    .description('fills a Haggle with made listings and conversations, or with the demo')
    .option('--listings <number>', 'Korean listings to add', howMany, 0)
    .option('--messages <number>', 'messages to add, about the newest listings', howMany, 0)
    .option('--demo <gateway>', 'add demo people and listings through this gateway')
    .addHelpText('after', help)
    .action(run);
}

async function run({ listings, messages, demo }: Options): Promise<void> {
  if (listings + messages === 0 && demo === undefined)
    throw new CommandProblem('What is to be added? haggle seed --listings 1000, or see --help.');
  if (demo !== undefined) {
    await seed({ gateway: demo.replace(/\/$/, '') });
    remark('The demo people and their listings are there.');
  }
  if (listings + messages > 0)
    await seedListings({ uri: setting('MONGODB_URI'), listings, messages, out: process.stderr });
}

function howMany(text: string): number {
  const total = Number(text);
  if (Number.isInteger(total) && total >= 1 && total <= most) return total;
  throw new InvalidArgumentError(`It takes a whole number from 1 to ${most}.`);
}
