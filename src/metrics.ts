import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What operators watch: the promises first, the process after. One registry a process. */
export function createMetrics(nodeId: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ node: nodeId });
  collectDefaultMetrics({ register: registry, prefix: 'haggle_' });
  const registers = [registry];
  return {
    registry,
    sockets: new Gauge({ name: 'haggle_sockets', help: 'Open authenticated sockets', registers }),
    socketBacklog: new Gauge({
      name: 'haggle_socket_backlog_bytes',
      help: 'What waits for devices that do not read, as of the last look',
      registers,
    }),
    socketsCut: new Counter({
      name: 'haggle_sockets_cut_total',
      help: 'Devices cut because they did not read: too much waited for one (full), nothing was taken for a minute (stuck), or too much waited for all (crowd)',
      labelNames: ['reason'],
      registers,
    }),
    events: new Counter({
      name: 'haggle_events_total',
      help: 'Client events by name and outcome',
      labelNames: ['event', 'code'],
      registers,
    }),
    requests: new Histogram({
      name: 'haggle_http_request_seconds',
      help: 'REST requests by route and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    batchSize: new Histogram({
      name: 'haggle_log_batch_entries',
      help: 'Entries of one group commit',
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
      registers,
    }),
    appendWaitSeconds: new Histogram({
      name: 'haggle_log_wait_seconds',
      help: 'From an entry given to the log to the start of its group commit',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    appendSeconds: new Histogram({
      name: 'haggle_log_append_seconds',
      help: 'From an entry given to the log to its acknowledgement',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    logConflicts: new Counter({
      name: 'haggle_log_conflicts_total',
      help: 'Entries that met a taken number and were renumbered',
      registers,
    }),
    deaf: new Gauge({
      name: 'haggle_deaf',
      help: '1 while the node does not hear itself through Redis and reads the log instead',
      registers,
    }),
    tailed: new Counter({
      name: 'haggle_tailed_entries_total',
      help: 'Entries brought to own sockets from the log, while deaf',
      registers,
    }),
    pushes: new Counter({
      name: 'haggle_push_total',
      help: 'Push decisions and deliveries by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    decisions: new Counter({
      name: 'haggle_push_decisions_total',
      help: 'Who was to be told of an entry: what was decided, why, and what the entry is to people',
      labelNames: ['do', 'reason', 'category'],
      registers,
    }),
    pushBacklog: new Gauge({
      name: 'haggle_push_backlog',
      help: 'Pushes that wait in each queue, as the acting relay last saw it',
      labelNames: ['queue'],
      registers,
    }),
    pushHeld: new Gauge({
      name: 'haggle_push_held',
      help: 'Pushes held for quiet hours or by a cap',
      registers,
    }),
    relayLag: new Histogram({
      name: 'haggle_relay_lag_seconds',
      help: 'From the commit of an entry to the end of the decision on who is told; includes the wait of 2 or 12 s',
      buckets: [0.5, 1, 2, 2.5, 3, 4, 6, 10, 12, 12.5, 13, 15, 20, 30, 60, 300, 3600],
      registers,
    }),
    relayOldest: new Gauge({
      name: 'haggle_relay_oldest_seconds',
      help: 'Age of the oldest entry that the acting relay has read and not finished',
      registers,
    }),
    providerPaused: new Gauge({
      name: 'haggle_push_provider_paused',
      help: 'Services of a push provider that are left alone now; auth: they refuse our credentials',
      labelNames: ['provider', 'reason'],
      registers,
    }),
    pushOutcomes: new Counter({
      name: 'haggle_push_outcomes_total',
      help: 'Jobs of the push queues by what became of them; wait: put back, again: a lost try',
      labelNames: ['queue', 'outcome'],
      registers,
    }),
    providerAnswers: new Counter({
      name: 'haggle_push_provider_answers_total',
      help: 'Answers of the push providers',
      labelNames: ['provider', 'kind'],
      registers,
    }),
    providerSeconds: new Histogram({
      name: 'haggle_push_provider_seconds',
      help: 'From a notification given to a provider to its answer',
      labelNames: ['provider'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    pushSeconds: new Histogram({
      name: 'haggle_push_seconds',
      help: 'From an entry written to its notification taken by a provider',
      buckets: [1, 2, 2.5, 3, 5, 10, 12, 15, 30, 60, 300, 3600],
      registers,
    }),
    queueJobs: new Gauge({
      name: 'haggle_queue_jobs',
      help: 'Jobs of the push queues by state, measured every ten seconds; dead letters wait in dead',
      labelNames: ['queue', 'state'],
      registers,
    }),
    queueOldest: new Gauge({
      name: 'haggle_queue_oldest_seconds',
      help: 'How long the first of the waiting jobs has waited; measured every ten seconds',
      labelNames: ['queue'],
      registers,
    }),
    canaryAge: new Gauge({
      name: 'haggle_push_canary_age_seconds',
      help: 'Since this worker took a job of the queue, if only a canary; not counted while Redis is away',
      labelNames: ['queue'],
      registers,
    }),
    relayActing: new Gauge({
      name: 'haggle_relay_acting',
      help: '1 on the worker whose relay acts, 0 where it stands by; the sum over all is 1',
      registers,
    }),
    relayTakeovers: new Counter({
      name: 'haggle_relay_takeovers_total',
      help: 'Times the relay of this worker began to act',
      registers,
    }),
    relayUnderWay: new Gauge({
      name: 'haggle_relay_entries_under_way',
      help: 'Entries that the acting relay has read and not finished',
      registers,
    }),
    timers: new Counter({
      name: 'haggle_timers_total',
      help: 'What time had to do, by kind and outcome; nothing: somebody else had done it',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    timerLag: new Histogram({
      name: 'haggle_timer_lag_seconds',
      help: 'From the moment at which something fell due to its being done',
      labelNames: ['kind'],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600],
      registers,
    }),
    webhooks: new Counter({
      name: 'haggle_webhooks_total',
      help: 'Tries to send events to the webhook endpoint: taken, failed, gone (410); and dead: given up',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    webhookLag: new Histogram({
      name: 'haggle_webhook_lag_seconds',
      help: 'From what happened to the webhook endpoint having taken the event',
      labelNames: ['type'],
      buckets: [0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600, 86400],
      registers,
    }),
    webhookBacklog: new Gauge({
      name: 'haggle_webhook_backlog',
      help: 'Events that wait for the webhook endpoint, counted up to 100,000, where they are sent',
      registers,
    }),
    webhookOldest: new Gauge({
      name: 'haggle_webhook_oldest_seconds',
      help: 'Age of the oldest event that waits for the webhook endpoint; 0: none waits',
      registers,
    }),
    webhookDisabled: new Gauge({
      name: 'haggle_webhook_disabled',
      help: '1 after the webhook endpoint answered 410: nothing is sent until it is enabled again',
      registers,
    }),
    webhooksActing: new Gauge({
      name: 'haggle_webhooks_acting',
      help: '1 on the worker that sends webhooks, 0 where it stands by; the sum over all is 1',
      registers,
    }),
    webhookTakeovers: new Counter({
      name: 'haggle_webhook_takeovers_total',
      help: 'Times this worker began to send webhooks',
      registers,
    }),
    hints: new Counter({
      name: 'haggle_sync_hints_total',
      help: 'Connected people told that they may be behind',
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
