import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { RequestHandler } from 'express';
import { maskJob } from './mask-job.js';

/** The dashboard of these queues, read-only, mounted at `basePath`. */
export function openQueueBoard(queues: readonly Queue[], basePath: string): RequestHandler {
  const server = new ExpressAdapter();
  server.setBasePath(basePath);
  createBullBoard({
    queues: queues.map(masked),
    serverAdapter: server,
    options: { uiConfig: { boardTitle: 'Haggle queues', hideRedisDetails: true } },
  });
  return server.getRouter() as RequestHandler;
}

/** Nothing of a job is shown but what is known to be harmless: see {@link maskJob}. */
function masked(queue: Queue): BullMQAdapter {
  const adapter = new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false });
  for (const field of ['data', 'returnValue', 'progress'] as const)
    adapter.setFormatter(field, maskJob);
  return adapter;
}
