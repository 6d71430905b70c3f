import type { Logger } from '../platform/logger.js';

/** What is told once the answer is given: nobody waits for it but the way out. What fails or dies the relay does again. */
export class AfterAnswer {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly log: Logger) {}

  /** Begins at once and returns. */
  tell(work: () => Promise<unknown>): void {
    const done = work().then(
      () => undefined,
      (error: Error) => this.log.warn({ reason: error.message }, 'telling left to the relay'),
    );
    this.running.add(done);
    void done.then(() => this.running.delete(done));
  }

  /** Everything that was begun is done. */
  async drained(): Promise<void> {
    await Promise.all(this.running);
  }
}
