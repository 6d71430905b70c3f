import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<{ traceId: string }>();
/** From Node 24 on this costs nothing; before, each promise of the process pays for it, so only who traces has it. */
let carried = Number(process.versions.node.split('.')[0]) >= 24;

/** Runs the handling of a request, so that each line that is logged meanwhile carries its id as `traceId`. */
export const inRequest = <T>(traceId: () => string, work: () => T): T =>
  carried ? storage.run({ traceId: traceId() }, work) : work();

/** The fields of the request in which a line is logged. */
export const requestFields = (): object => storage.getStore() ?? {};

/** From now on requests are carried, whatever it costs. */
export const carryRequests = (): void => void (carried = true);
