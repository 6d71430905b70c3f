import type { BroadcastOptions } from 'socket.io-adapter';
import type { Tracing } from '../platform/tracing.js';

/**
 * Tells devices of this node what another process handed over, as a span of the `trace` that came with it; where none
 * did, without a span.
 */
export function deliver(
  tracing: Tracing,
  trace: string | undefined,
  event: string,
  work: () => void,
): void {
  if (trace === undefined) work();
  else
    void tracing.span('deliver', work, {
      kind: 'consumer',
      parent: trace,
      about: { 'haggle.event': event },
    });
}

/** What the sharded adapter publishes, as far as it matters here. */
interface Published {
  uid: string;
  data?: {
    packet?: { data?: [event: string, ...unknown[]]; text?: string };
    opts?: { flags?: { trace?: unknown } };
  };
}

/** An adapter of a cluster, with what it hides. */
export interface ClusterAdapter {
  readonly uid: string;
  broadcast(packet: object, opts: BroadcastOptions): unknown;
  onMessage(message: Published): unknown;
}

/**
 * Where traces are on, what is published within a recorded span carries its `traceparent`, as a flag that other nodes
 * ignore unless they trace too. Without traces the adapter stays as it is.
 */
export function carryTraces(adapter: ClusterAdapter, tracing: Tracing): void {
  if (!tracing.on) return;
  const broadcast = adapter.broadcast.bind(adapter);
  adapter.broadcast = (packet, opts) => {
    const trace = opts.flags?.local ? undefined : tracing.here();
    return broadcast(
      packet,
      trace ? { ...opts, flags: { ...opts.flags, trace } as BroadcastOptions['flags'] } : opts,
    );
  };
  const onMessage = adapter.onMessage.bind(adapter);
  adapter.onMessage = (message) => {
    const trace = message.data?.opts?.flags?.trace;
    // A node also hears what it published itself, and drops it.
    if (typeof trace !== 'string' || message.uid === adapter.uid) return onMessage(message);
    deliver(tracing, trace, eventOf(message), () => void onMessage(message));
  };
}

/** The name of the event, which stands first in its data; those may be JSON still. */
function eventOf({ data }: Published): string {
  const { data: said, text = '' } = data?.packet ?? {};
  return said?.[0] ?? /^\["([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
