import closeWithGrace from 'close-with-grace';
import { ConfigError } from './config.js';
import type { Logger } from './logger.js';

type Step = { name: string; run: () => Promise<unknown> | void; withinMs: number };

/**
 * How far a process is. starting: it waits for its servers, and everything is answered `UNAVAILABLE`. serving. draining:
 * it has been told to end and says that it is not ready, but still takes everything, so that whoever sends it work has
 * time to notice. leaving: it takes nothing new, and stops step by step.
 */
export type Phase = 'starting' | 'serving' | 'draining' | 'leaving';

/** What closing connections to servers takes at the end of a process (ms), at most. */
export const closingMs = 8_000;
/** How long a step of the stop may take (ms) where nothing else is said. */
const stepMs = 10_000;

/**
 * Stops a process in order: everything that starts registers how to stop, and stops in reverse order. SIGTERM, SIGINT
 * or the end of the parent process begin it; a second signal ends the process at once.
 */
export class Lifecycle {
  phase: Phase = 'starting';
  private readonly steps: Step[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly log: Logger) {}

  /** Whether it was told to end. */
  get isEnding(): boolean {
    return this.phase === 'draining' || this.phase === 'leaving';
  }

  /** A step that takes longer than its time does not stop the others. */
  onStop(name: string, run: Step['run'], withinMs = stepMs): void {
    this.steps.push({ name, run, withinMs });
  }

  /** Runs what makes the process ready; false when it was told to end meanwhile. Rejects when that fails. */
  async start(open: () => Promise<void>): Promise<boolean> {
    try {
      await open();
    } catch (error) {
      // What waits for a server fails when the wait is given up.
      if (!this.isEnding) throw error;
    }
    if (!this.isEnding) this.phase = 'serving';
    return !this.isEnding;
  }

  /** Runs every step once, last registered first; one that serves goes on with it for the lead time (ms) before that. */
  stop(leadMs = 0): Promise<void> {
    this.stopping ??= this.runSteps(leadMs);
    return this.stopping;
  }

  private async runSteps(leadMs: number): Promise<void> {
    if (this.phase === 'serving' && leadMs > 0) {
      this.phase = 'draining';
      await new Promise((resolve) => setTimeout(resolve, leadMs));
    }
    this.phase = 'leaving';
    for (const step of this.steps.reverse()) {
      try {
        await withDeadline(Promise.resolve(step.run()), step.withinMs);
      } catch (error) {
        this.log.warn(
          { step: step.name, reason: (error as Error).message },
          'a step of the stop failed',
        );
      }
    }
  }

  /** `graceMs`: the longest that all steps together may take. */
  listenToSignals({ leadMs, graceMs }: { leadMs: number; graceMs: number }): void {
    closeWithGrace({ delay: leadMs + graceMs, logger: false }, async ({ err, signal }) => {
      if (err) this.log.fatal({ err }, 'unexpected error');
      else this.log.info({ signal }, 'stopping');
      // After an error nobody should send it anything any more.
      await this.stop(err ? 0 : leadMs);
    });
    // A supervisor that was killed leaves no message; its closed channel is the message.
    if (process.channel) {
      process.once('disconnect', () => {
        void this.stop().finally(() => process.exit(0));
      });
      process.channel.unref();
    }
  }
}

/** As the work settles; rejects when that takes longer. */
export async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the composition root of a process. What it throws is told to the person who started it, and ends the process. */
export function runProcess(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    // The logger may not exist yet.
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    process.exit(1);
  });
}

/** Tells the parent, when there is one, that this process takes work now. */
export function announceReady(port?: number): void {
  process.send?.({ type: 'ready', port });
}

/** Whether the parent hears {@link askToBeKilled}. */
export const hasParent = (): boolean => process.send !== undefined;

/** Asks the parent to end this process at once, without a clean-up, and to start it again. */
export function askToBeKilled(): void {
  process.send?.({ type: 'kill' });
}
