import { setTimeout as wait } from 'node:timers/promises';
import type { WorkerContext } from '../../src/context.js';
import type { Webhooks } from '../../src/webhooks/index.js';
import type { Term } from '../relay/term.js';
import type { Happening } from './committed.store.js';

/** The events of one write. */
const atOnce = 500;
const retryMs = 1_000;

interface Deps extends Pick<WorkerContext, 'clock' | 'log'>, Pick<Webhooks, 'events' | 'lanes'> {
  term: Term;
  /** Called when an event is due. */
  stored: () => void;
}

/** Stores the events of each change that was read. Only then is the change done, and the place may move over it. */
export class Intake {
  private readonly waiting: { happening: Happening; done: () => void }[] = [];
  private storing: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly deps: Deps) {}

  see(happening: Happening, done: () => void): void {
    this.waiting.push({ happening, done });
    this.goOn();
  }

  /** Ends after the write that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.storing;
  }

  private get mayStore(): boolean {
    return this.waiting.length > 0 && !this.stopped && this.deps.term.held;
  }

  private goOn(): void {
    this.storing ??= this.store().finally(() => {
      this.storing = undefined;
      if (this.mayStore) this.goOn();
    });
  }

  private async store(): Promise<void> {
    // Changes that were read at the same time are stored together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.mayStore) {
      const batch = this.waiting.slice(0, atOnce);
      try {
        await this.write(batch.map(({ happening }) => happening));
      } catch (error) {
        this.deps.log.warn(
          { reason: (error as Error).message },
          'webhook events could not be stored: the worker tries again',
        );
        await wait(retryMs);
        continue;
      }
      this.waiting.splice(0, batch.length);
      for (const { done } of batch) done();
    }
  }

  private async write(happenings: Happening[]): Promise<void> {
    const { events, lanes, clock, stored } = this.deps;
    const found = happenings.flatMap((one) => one.events);
    if (found.length === 0) return;
    const now = clock();
    await events.add(found, now);
    // After the events: the deliverer, when it closes an empty lane, looks once more for events that came meanwhile.
    await lanes.open(
      found.map(({ lane }) => lane),
      now,
    );
    stored();
  }
}
