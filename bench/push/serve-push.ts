import { PushService } from './push-service.js';

/**
 * Runs the stand-in as a process of its own, so that its work does not count as Haggle's: `node serve-push.js [latency
 * in ms]`. Sends `{type: 'ready', port}`, and answers `{type: 'count'}` with the number of pushes taken, the number of
 * recipients, and the most that one of them got. Ends with its parent.
 */
const service = await PushService.start({ latencyMs: Number(process.argv[2] ?? 200), keep: false });
process.on('message', (message: { type?: string }) => {
  if (message.type !== 'count') return;
  const counts = [...service.taken.values()];
  process.send?.({
    type: 'count',
    taken: counts.reduce((sum, count) => sum + count, 0),
    recipients: counts.length,
    most: counts.reduce((most, count) => Math.max(most, count), 0),
    connections: service.connections,
  });
});
for (const end of ['disconnect', 'SIGTERM'] as const) process.on(end, () => process.exit(0));
process.send?.({ type: 'ready', port: service.port });
