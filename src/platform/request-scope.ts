import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<{ traceId: string }>();

/**
 * Runs the handling of a request, so that each line that is logged meanwhile carries its id as `traceId`. From Node 24
 * on this costs nothing; before, each promise of the process pays for it: about 2 µs for a message.
 */
export const inRequest = <T>(traceId: string, work: () => T): T => storage.run({ traceId }, work);

/** The fields of the request in which a line is logged. */
export const requestFields = (): object => storage.getStore() ?? {};
