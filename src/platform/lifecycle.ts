import closeWithGrace from 'close-with-grace';
import { ConfigError } from './config.js';
import type { Logger } from './logger.js';

type Step = { name: string; run: () => Promise<unknown> | void };

/**
 * Stops a process in order: everything that starts registers how to stop, and stops in reverse order. SIGTERM, SIGINT
 * or the end of the parent process begin it; a second signal ends the process at once.
 */
export class Lifecycle {
  private readonly steps: Step[] = [];
  private stopping: Promise<void> | undefined;
  /** True from the first signal on: readiness says no, and handshakes are refused. */
  draining = false;

  constructor(private readonly log: Logger) {}

  onStop(name: string, run: Step['run']): void {
    this.steps.push({ name, run });
  }

  /** Runs every step once, last registered first; a step that fails or hangs for 10 s does not stop the others. */
  stop(): Promise<void> {
    this.stopping ??= this.runSteps();
    return this.stopping;
  }

  private async runSteps(): Promise<void> {
    this.draining = true;
    for (const step of this.steps.reverse()) {
      try {
        await withDeadline(Promise.resolve(step.run()), 10_000);
      } catch (error) {
        this.log.warn(
          { step: step.name, reason: (error as Error).message },
          'a step of the stop failed',
        );
      }
    }
  }

  listenToSignals(graceMs: number): void {
    closeWithGrace({ delay: graceMs, logger: false }, async ({ err, signal }) => {
      if (err) this.log.fatal({ err }, 'unexpected error');
      else this.log.info({ signal }, 'stopping');
      await this.stop();
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
