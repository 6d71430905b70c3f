import { setTimeout as wait } from 'node:timers/promises';

/** Something that a worker does again and again until it is stopped. */
export abstract class Loop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /** Never rejects. A turn that finds nothing to do pauses. */
  protected abstract turn(): Promise<void>;

  /** Returns at once. */
  start(): void {
    this.running = this.run();
  }

  /** Resolves after the turn that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  protected get goesOn(): boolean {
    return !this.stopping.signal.aborted;
  }

  /** Ends early when the loop is stopped. */
  protected async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private async run(): Promise<void> {
    while (this.goesOn) await this.turn();
  }
}
