import type { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Queue } from 'bullmq';
import type { RequestHandler, Response } from 'express';

/** The dashboard of these queues, read-only, mounted at `basePath`. Its packages are loaded now, and not at every start. */
export async function openQueueBoard(
  queues: readonly Queue[],
  basePath: string,
): Promise<RequestHandler> {
  const [{ createBullBoard }, { BullMQAdapter: Adapter }, { ExpressAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/express'),
  ]);
  const server = new ExpressAdapter();
  server.setBasePath(basePath);
  const options = { readOnlyMode: true, allowRetries: false };
  createBullBoard({
    queues: queues.map((queue) => masked(new Adapter(queue, options))),
    serverAdapter: server,
    options: { uiConfig: { boardTitle: 'Haggle queues', hideRedisDetails: true } },
  });
  return withoutOutside(server.getRouter() as RequestHandler);
}

/** A font of another host, which our policy keeps from loading: the page does without, and nobody is asked. */
const outside = /<link [^>]*href="https:[^>]*>/g;

/** The part of a response that the board answers with. */
interface Renderer {
  render: (this: Response, ...asked: unknown[]) => void;
}

const withoutOutside =
  (board: RequestHandler): RequestHandler =>
  (request, response, next) => {
    const send = (error: Error | null, page: string) =>
      error ? next(error) : response.send(page.replace(outside, ''));
    // The board renders by the application that it is, which Express has put behind the response by then.
    response.render = (name: string, params?: object) => {
      const { render } = Object.getPrototypeOf(response) as Renderer;
      render.call(response, name, params ?? {}, send);
    };
    return board(request, response, next);
  };

/** Shows nothing of a job but what is known to be harmless: see {@link maskJob}. */
function masked(adapter: BullMQAdapter): BullMQAdapter {
  for (const field of ['data', 'returnValue', 'progress'] as const)
    adapter.setFormatter(field, maskJob);
  return adapter;
}

/** The fields that an operator needs. A new one stays hidden until somebody decides. */
const shown = new Set([
  ...['kind', 'conversationId', 'seq', 'readSeq', 'until', 'id', 'at'],
  ...['queue', 'job', 'reason', 'tries', 'outcome', 'devices'],
]);
/** Ids of people, cut to what tells one from another on the screen. */
const shortened = new Set(['recipientId']);
const kept = 8;

/**
 * Data of a job as the dashboard shows it: places and outcomes, but no token, no words, and only the beginning of a
 * person's id. The id of a job still has it whole, so that an operator finds somebody's push by it. The reason of a
 * failure is shown as it is: providers' codes and states, which name no token (see ProviderAnswer).
 */
function maskJob(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskJob);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, maskPart(key, part)]));
}

function maskPart(key: string, part: unknown): unknown {
  if (shortened.has(key)) return `${String(part).slice(0, kept)}…`;
  return shown.has(key) ? maskJob(part) : '(hidden)';
}
