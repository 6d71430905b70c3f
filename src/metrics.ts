import { performance } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What operators watch: the promises first, the process after. One registry a process. */
export function createMetrics(nodeId: string, { exemplars = false } = {}) {
  const registry = new Registry();
  // Only this form of the text has room for them. Prometheus reads both.
  if (exemplars) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  registry.setDefaultLabels({ node: nodeId });
  collectDefaultMetrics({
    register: registry,
    prefix: 'haggle_',
    // The delay of the event loop is looked at this often (ms), and never said to be shorter: every 10, as is usual, it
    // was a quarter of what an idle gateway does.
    eventLoopMonitoringPrecision: 50,
  });
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: L[] = [],
  ) => new Histogram({ name, help, buckets, labelNames, registers });
  const durations = <L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: L[] = [],
  ) =>
    withExemplars(
      new Histogram({ name, help, buckets, labelNames, registers, enableExemplars: exemplars }),
      exemplars,
    );
  countBusyTime(registers);
  return {
    registry,
    sockets: gauge('haggle_sockets', 'Open authenticated sockets'),
    socketsMoved: counter(
      'haggle_sockets_moved_total',
      'Devices asked to move to another gateway, because this one had more than its share',
    ),
    socketBacklog: gauge(
      'haggle_socket_backlog_bytes',
      'What waits for devices that do not read, as of the last look',
    ),
    socketsCut: counter(
      'haggle_sockets_cut_total',
      'Devices cut because they did not read: too much waited for one (full), nothing was taken for a minute (stuck), or too much waited for all (crowd)',
      ['reason'],
    ),
    handshakesRefused: counter(
      'haggle_handshakes_refused_total',
      'WebSockets told to come again, by code: UNAVAILABLE (many connect at once) or RATE_LIMITED (too many of one address have shown no token)',
      ['code'],
    ),
    originsRefused: counter(
      'haggle_origins_refused_total',
      'WebSockets of browsers refused because their page is of an origin that is not listed',
    ),
    events: counter('haggle_events_total', 'Client events by name and outcome', ['event', 'code']),
    eventSeconds: durations(
      'haggle_event_seconds',
      'From a client event read to its answer, by name; ok, refused (by a rule or a wrong request), failed (UNAVAILABLE, INTERNAL). DRAINING is not counted',
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
      ['event', 'outcome'],
    ),
    requests: durations(
      'haggle_http_request_seconds',
      'REST requests by route and status',
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      ['method', 'route', 'status'],
    ),
    batchSize: histogram(
      'haggle_log_batch_entries',
      'Entries of one group commit',
      [1, 2, 5, 10, 25, 50, 100, 250, 500],
    ),
    appendWaitSeconds: histogram(
      'haggle_log_wait_seconds',
      'From an entry given to the log to the start of its group commit',
      [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    ),
    appendSeconds: histogram(
      'haggle_log_append_seconds',
      'From an entry given to the log to its acknowledgement',
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    ),
    logConflicts: counter(
      'haggle_log_conflicts_total',
      'Entries that met a taken number and were renumbered',
    ),
    deaf: gauge(
      'haggle_deaf',
      '1 while the node does not hear itself through Redis and reads the log instead',
    ),
    tailed: counter(
      'haggle_tailed_entries_total',
      'Entries brought to own sockets from the log, while deaf',
    ),
    pushes: counter('haggle_push_total', 'Push decisions and deliveries by outcome', ['outcome']),
    decisions: counter(
      'haggle_push_decisions_total',
      'Who was to be told of an entry: what was decided, why, and what the entry is to people',
      ['do', 'reason', 'category'],
    ),
    pushBacklog: gauge(
      'haggle_push_backlog',
      'Pushes that wait in each queue, as the acting relay last saw it',
      ['queue'],
    ),
    pushHeld: gauge('haggle_push_held', 'Pushes held for quiet hours or by a cap'),
    relayLag: histogram(
      'haggle_relay_lag_seconds',
      'From the commit of an entry to the end of the decision on who is told; includes the wait of 2 or 12 s',
      [0.5, 1, 2, 2.5, 3, 4, 6, 10, 12, 12.5, 13, 15, 20, 30, 60, 300, 3600],
    ),
    relayOldest: gauge(
      'haggle_relay_oldest_seconds',
      'Age of the oldest entry that the acting relay has read and not finished',
    ),
    providerPaused: gauge(
      'haggle_push_provider_paused',
      'Services of a push provider that are left alone now; auth: they refuse our credentials',
      ['provider', 'reason'],
    ),
    pushOutcomes: counter(
      'haggle_push_outcomes_total',
      'Jobs of the push queues by what became of them; wait: put back, again: a lost try',
      ['queue', 'outcome'],
    ),
    providerAnswers: counter(
      'haggle_push_provider_answers_total',
      'Answers of the push providers',
      ['provider', 'kind'],
    ),
    providerSeconds: histogram(
      'haggle_push_provider_seconds',
      'From a notification given to a provider to its answer',
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      ['provider'],
    ),
    pushSeconds: durations(
      'haggle_push_seconds',
      'From an entry written to its notification taken by a provider',
      [1, 2, 2.5, 3, 5, 10, 12, 15, 30, 60, 300, 3600],
    ),
    queueJobs: gauge(
      'haggle_queue_jobs',
      'Jobs of the push queues by state, measured every ten seconds; dead letters wait in dead',
      ['queue', 'state'],
    ),
    queueDue: gauge(
      'haggle_queue_due_jobs',
      'Jobs that a worker could take now: waiting, with a priority, or delayed until now; measured every ten seconds',
      ['queue'],
    ),
    queueOldest: gauge(
      'haggle_queue_oldest_seconds',
      'For how long the first of the jobs that could be taken has waited since it fell due; measured every ten seconds',
      ['queue'],
    ),
    canaryAge: gauge(
      'haggle_push_canary_age_seconds',
      'Since this worker took a job of the queue, if only a canary; not counted while Redis is away',
      ['queue'],
    ),
    relayActing: gauge(
      'haggle_relay_acting',
      '1 on the worker whose relay acts, 0 where it stands by; the sum over all is 1',
    ),
    relayTakeovers: counter(
      'haggle_relay_takeovers_total',
      'Times the relay of this worker began to act',
    ),
    relayUnderWay: gauge(
      'haggle_relay_entries_under_way',
      'Entries that the acting relay has read and not finished',
    ),
    timers: counter(
      'haggle_timers_total',
      'What time had to do, by kind and outcome; nothing: somebody else had done it',
      ['kind', 'outcome'],
    ),
    timerLag: histogram(
      'haggle_timer_lag_seconds',
      'From the moment at which something fell due to its being done',
      [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600],
      ['kind'],
    ),
    webhooks: counter(
      'haggle_webhooks_total',
      'Tries to send events to the webhook endpoint: taken, failed, gone (410); and dead: given up',
      ['type', 'outcome'],
    ),
    webhookLag: histogram(
      'haggle_webhook_lag_seconds',
      'From what happened to the webhook endpoint having taken the event',
      [0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600, 86400],
      ['type'],
    ),
    webhookBacklog: gauge(
      'haggle_webhook_backlog',
      'Events that wait for the webhook endpoint, counted up to 100,000, where they are sent',
    ),
    webhookOldest: gauge(
      'haggle_webhook_oldest_seconds',
      'Age of the oldest event that waits for the webhook endpoint; 0: none waits',
    ),
    webhookDisabled: gauge(
      'haggle_webhook_disabled',
      '1 after the webhook endpoint answered 410: nothing is sent until it is enabled again',
    ),
    webhooksActing: gauge(
      'haggle_webhooks_acting',
      '1 on the worker that sends webhooks, 0 where it stands by; the sum over all is 1',
    ),
    webhookTakeovers: counter(
      'haggle_webhook_takeovers_total',
      'Times this worker began to send webhooks',
    ),
    cacheReads: counter(
      'haggle_cache_reads_total',
      'Reads of a cache (feed: pages in Redis; conversations: chat lists in the gateway): hit, miss, away (Redis did not answer in time); refresh: renewed before its end; old: a hit in which something had changed since',
      ['cache', 'outcome'],
    ),
    deliveries: counter(
      'haggle_deliveries_total',
      'Entries for connected people, as the relay finds them after two seconds: a device has them (delivered), or none has said so (late) and gets a hint',
      ['outcome'],
    ),
    hints: counter('haggle_sync_hints_total', 'Connected people told that they may be behind'),
  };
}

/** The same; and `here`, the `traceparent` of what took so long, is kept as the exemplar of its bucket. */
function withExemplars<L extends string>(histogram: Histogram<L>, exemplars: boolean) {
  return {
    observe(labels: Partial<Record<L, string>>, seconds: number, here?: string): void {
      if (!exemplars) return histogram.observe(labels, seconds);
      const [, trace_id, span_id] = here?.split('-') ?? [];
      const exemplarLabels = trace_id && span_id ? { trace_id, span_id } : {};
      (histogram as unknown as Histogram).observe({
        labels,
        value: seconds,
        exemplarLabels,
      } as never);
    },
  };
}

/** As a counter, so that any number of readers may read it, each at its own pace. */
function countBusyTime(registers: Registry[]): void {
  let counted = 0;
  new Counter({
    name: 'haggle_event_loop_busy_seconds_total',
    help: 'Time in which the event loop was busy; its rate is the used share of the thread that serves everybody',
    registers,
    collect() {
      const busy = performance.eventLoopUtilization().active / 1_000;
      this.inc(Math.max(0, busy - counted));
      counted = busy;
    },
  });
}

export type Metrics = ReturnType<typeof createMetrics>;
