import {
  BulkheadRejectedError,
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  bulkhead,
  circuitBreaker,
  handleAll,
  wrap,
} from 'cockatiel';
import { LRUCache } from 'lru-cache';
import type { Device } from '../../src/notifications/index.js';
import type { Pauses } from './pauses.js';
import type { ProviderAnswer, PushProvider } from './provider.js';

export interface GateOptions {
  pauses: Pauses;
  /** Services behind one provider that fail and limit by themselves; without it there is one. */
  laneOf?: (device: Device) => string;
  /** Most in flight at a provider … */
  inFlight?: number;
  /** … and at one of its services: one that is stuck leaves room for the others. */
  inFlightPerLane?: number;
  /** So many failures in a row open the breaker of a service … */
  failures?: number;
  /** … and after so long one push tries whether it is back. */
  openMs?: number;
}

/** Until a place is free again, more or less. */
const fullMs = 250;
/** Services of browsers are a handful; a person can invent more of them. */
const lanesKept = 1_000;

/**
 * Puts a guard before a provider: a breaker and a bound on what is in flight for each service behind it, and pauses
 * that all workers share. What the guard holds back is answered `wait` at once, so that a stuck provider keeps nobody's
 * place in the worker.
 */
export function guardProvider(provider: PushProvider, options: GateOptions): PushProvider {
  const { pauses, laneOf, inFlight = 256, failures = 10, openMs = 5_000 } = options;
  const { inFlightPerLane = laneOf ? Math.ceil(inFlight * 0.9) : inFlight } = options;
  const all = bulkhead(inFlight);
  const lanes = new LRUCache<string, ReturnType<typeof createLane>>({ max: lanesKept });
  const createLane = () => {
    const breaker = circuitBreaker(handleAll.orWhenResult(isFailure), {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(failures),
    });
    return { breaker, way: wrap(all, bulkhead(inFlightPerLane), breaker) };
  };
  const laneFor = (key: string) => {
    const lane = lanes.get(key) ?? createLane();
    lanes.set(key, lane);
    return lane;
  };
  return {
    name: provider.name,
    async send(device, notification) {
      const key = `${provider.name} ${laneOf?.(device) ?? ''}`.trim();
      const pause = pauses.of(key);
      if (pause)
        return {
          ...{ kind: 'wait', reason: pause.reason, detail: 'paused' },
          ms: pause.until - Date.now(),
        };
      const lane = laneFor(key);
      // cockatiel would let it wait for the one that tries.
      if (lane.breaker.state === CircuitState.HalfOpen) return open(openMs);
      try {
        const answer = await lane.way.execute(() => provider.send(device, notification));
        if (answer.kind === 'wait' && (answer.reason === 'rate' || answer.reason === 'auth'))
          await pauses.begin(provider.name, key, answer.reason, answer.ms);
        return answer;
      } catch (error) {
        return answerOf(error, openMs);
      }
    },
    close: async () => provider.close?.(),
  };
}

const isFailure = (answer: unknown) => (answer as ProviderAnswer).kind === 'failed';

const open = (ms: number): ProviderAnswer => ({
  ...{ kind: 'wait', reason: 'open', detail: 'the breaker is open' },
  ms,
});

function answerOf(error: unknown, openMs: number): ProviderAnswer {
  if (error instanceof BulkheadRejectedError)
    return { kind: 'wait', reason: 'full', ms: fullMs, detail: 'too many in flight' };
  if (error instanceof BrokenCircuitError) return open(openMs);
  return { kind: 'failed', detail: 'the provider broke its word and threw' };
}
