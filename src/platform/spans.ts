/** What a span says of itself, as OpenTelemetry names it. No ids of people, and nothing that they wrote. */
export type About = Record<string, string | number | boolean>;

export interface SpanOptions {
  about?: About;
  /** server: it answers somebody outside; consumer: it goes on with what another process left. */
  kind?: 'server' | 'consumer' | 'client';
  /** W3C `traceparent` of the span that it belongs to; left out: the one in which the call is made. */
  parent?: string | undefined;
  /** The same, as somebody outside sent it: counts unless `TRACES_OF_CALLERS` is off. */
  caller?: string | undefined;
}

/** Says more of a span while it runs. */
export interface RunningSpan {
  rename(name: string): void;
  add(about: About): void;
  /** It came to nothing through a fault of ours. */
  failed(): void;
}

/**
 * Shows an operator's tracing backend what a process does with a message or request. Off without `TRACES_URL`: then a
 * span is a plain call of its work, and the SDK of OpenTelemetry is not loaded.
 */
export interface Tracing {
  readonly on: boolean;
  /** Runs the work as a span, and rejects as it does; a rejected span counts as failed unless `add` said otherwise. */
  span<T>(
    name: string,
    work: (span: RunningSpan) => T | Promise<T>,
    options?: SpanOptions,
  ): Promise<T>;
  /** `traceparent` of the span in which the call is made, if it is recorded: for what another process goes on with. */
  here(): string | undefined;
}
