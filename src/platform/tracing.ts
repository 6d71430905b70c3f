import type { Config } from './config.js';
import type { Lifecycle } from './lifecycle.js';
import type { RunningSpan, Tracing } from './spans.js';

export type { RunningSpan, Tracing } from './spans.js';

const silent: RunningSpan = { rename() {}, add() {}, failed() {} };

export const noTracing: Tracing = {
  on: false,
  // An async function would cost three promises a span, and a message passes four of them.
  span: (_name, work) => {
    try {
      return Promise.resolve(work(silent));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  },
  here: () => undefined,
};

/** Loads OpenTelemetry only where it is asked for. */
export async function openTracing(
  { tracing, nodeId }: Pick<Config, 'tracing' | 'nodeId'>,
  process: 'gateway' | 'worker',
  lifecycle: Lifecycle,
): Promise<Tracing> {
  if (!tracing) return noTracing;
  const { openTelemetry } = await import('./open-telemetry.js');
  const opened = openTelemetry({ ...tracing, nodeId, process });
  lifecycle.onStop('traces', () => opened.close());
  return opened;
}
