import { once } from 'node:events';
import type { Processes, Started } from '../measure/processes.js';
import type { CrowdOrder, CrowdReport, CrowdSettings, Second } from './orders.js';

/** The generator's processes: they share the people. */
export class Crowds {
  private population = 0;

  private constructor(
    private readonly crowds: Started[],
    private readonly tokens: ((count: number) => Promise<string[]>) | undefined,
  ) {}

  /** `tokens`: makes accounts and says their tokens; left out, people sign up. `heard` is told of every second. */
  static async start(options: {
    processes: Processes;
    count: number;
    urls: string[];
    tokens: ((count: number) => Promise<string[]>) | undefined;
    heard: (second: Second) => void;
  }): Promise<Crowds> {
    const crowds = await Promise.all(
      Array.from({ length: options.count }, (_, number) => {
        const settings: CrowdSettings = { urls: options.urls, number };
        return options.processes.start(`crowd-${number}`, 'dist/bench/loadtest/crowd/main.js', {
          args: [JSON.stringify(settings)],
        });
      }),
    );
    for (const { child } of crowds)
      child.on('message', (report: CrowdReport) => {
        if (report.report === 'second') options.heard(report.second);
      });
    return new Crowds(crowds, options.tokens);
  }

  get pids(): number[] {
    return this.crowds.map(({ pid }) => pid);
  }

  /** Lets so many people visit, after those who are missing have moved in; resolves when all have come or gone. */
  async live(users: number, overMs: number): Promise<void> {
    const missing = users - this.population;
    if (missing > 0) {
      const tokens = await this.tokens?.(missing);
      let taken = 0;
      await this.all((number) => {
        const count = this.shareOf(users, number) - this.shareOf(this.population, number);
        const own = tokens?.slice(taken, taken + count);
        taken += count;
        return { order: 'moveIn', count, ...(own && { tokens: own }) };
      });
      this.population = users;
    }
    await this.all((number) => ({ order: 'live', count: this.shareOf(users, number), overMs }));
  }

  private shareOf(users: number, number: number): number {
    return Math.floor((users + this.crowds.length - 1 - number) / this.crowds.length);
  }

  private async all(orderOf: (number: number) => CrowdOrder): Promise<void> {
    await Promise.all(this.crowds.map((crowd, number) => obeyed(crowd, orderOf(number))));
  }
}

async function obeyed({ child }: Started, order: CrowdOrder): Promise<void> {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('a process of the load generator ended');
  });
  ended.catch(() => undefined);
  const done = new Promise<void>((resolve, reject) => {
    const hear = (report: CrowdReport) => {
      if (report.report === 'failed') reject(new Error(report.reason));
      else if (report.report === 'done') resolve();
      else return;
      child.off('message', hear);
    };
    child.on('message', hear);
  });
  child.send(order);
  try {
    await Promise.race([done, ended]);
  } finally {
    over.abort();
  }
}
