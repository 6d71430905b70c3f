import type { Logger } from '../platform/logger.js';

/** Tells others once the answer is given. Only the end of the process waits for it; the relay repeats what fails. */
export class AfterAnswer {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly log: Logger) {}

  /** Starts the work and returns at once. */
  tell(work: () => Promise<unknown>): void {
    const done = work().then(
      () => undefined,
      (error: Error) =>
        this.log.warn(
          { reason: error.message },
          'an act was not told to others: the relay will tell it',
        ),
    );
    this.running.add(done);
    void done.then(() => this.running.delete(done));
  }

  /** Resolves when all work that was started is done. */
  async drained(): Promise<void> {
    await Promise.all(this.running);
  }
}
