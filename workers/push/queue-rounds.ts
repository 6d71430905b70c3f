import type { DecisionKey, PushJob } from '../../src/notifications/index.js';
import { Loop } from '../loop.js';
import type { PushParts } from './push-parts.js';

const roundMs = 10_000;

/**
 * Maintains the queues, in every push worker alike: jobs that failed for good become dead letters, old letters are
 * removed, and the queues are measured. Two workers at once do nothing twice.
 */
export class QueueRounds extends Loop {
  private collecting = Promise.resolve();
  /** The round that has not begun yet: it sees whatever has failed by then. */
  private next: Promise<void> | undefined;

  constructor(private readonly deps: PushParts) {
    super();
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.collecting;
  }

  /** Called when a job failed for good. Never rejects: what is left stays in its queue until the next round. */
  collect(): Promise<void> {
    this.next ??= this.collecting = this.collecting.then(() => {
      this.next = undefined;
      return this.attempt('dead letters', () => this.takeDeadLetters());
    });
    return this.next;
  }

  protected async turn(): Promise<void> {
    await this.collect();
    await this.attempt('old letters', () => this.deps.queues.dead.dropOld());
    await this.attempt('queue sample', () => this.measure());
    await this.pause(roundMs);
  }

  private async takeDeadLetters(): Promise<void> {
    const at = this.deps.clock();
    const letters = await this.deps.queues.dead.collect();
    for (const { id, queue, reason } of letters)
      this.deps.log.error({ queue, job: id, reason }, 'a push was given up and is a dead letter');
    const given = await Promise.all(letters.map(({ job }) => this.toldBy(job)));
    await this.deps.decisions.outcomes(
      given.flat().map((one) => ({ ...one, is: 'dead' as const, at })),
    );
  }

  /** The decisions that remain untold now that their job was given up. */
  private async toldBy(job: PushJob): Promise<DecisionKey[]> {
    if (job.kind === 'entry') return [job];
    if (job.kind !== 'digest') return [];
    const entries = await this.deps.decisions.inDigest(job.recipientId, job.until);
    return entries.filter(({ outcome }) => !outcome);
  }

  private async measure(): Promise<void> {
    const { metrics } = this.deps;
    for (const { queue, jobs, due, oldestMs } of await this.deps.queues.sample()) {
      for (const [state, count] of Object.entries(jobs))
        metrics.queueJobs.set({ queue, state }, count);
      metrics.queueDue.set({ queue }, due);
      metrics.queueOldest.set({ queue }, oldestMs / 1_000);
    }
  }

  private async attempt(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.deps.log.warn(
        { what, reason: (error as Error).message },
        'a step failed: the next round repeats it',
      );
    }
  }
}
