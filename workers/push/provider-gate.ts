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
import type { Device } from '../../src/notifications/index.js';
import { lru } from '../../src/platform/lru.js';
import { HeldDevices } from './held-devices.js';
import { ServiceState } from './service-state.js';
import type { PauseReason, Pauses } from './pauses.js';
import type { ProviderAnswer, PushProvider, WaitReason } from './provider.js';

export interface GateOptions {
  pauses: Pauses;
  /** Names the push service of a device, where a provider has several that fail and limit independently. */
  serviceOf?: (device: Device) => string;
  /** Pushes in flight at a provider, at most … */
  inFlight?: number;
  /** … and at one of its services, so that a service that is stuck leaves room for the others. */
  inFlightPerService?: number;
  /** So many failures in a row open the breaker of a service … */
  failures?: number;
  /** … and after so long one push tries whether it is back. */
  openMs?: number;
}

/** Roughly how long until a slot is free again. */
const fullMs = 250;
/** Roughly how long until the push that tries a service after its pause has an answer. */
const probeMs = 1_000;
/** Devices that caused a pause wait so much longer than the pause, so that another device tries first. */
const behindOthersMs = 5_000;
/** Services kept in memory. Browsers use a handful, but a person can make up the address of others. */
const servicesKept = 1_000;

/**
 * Puts a gate before a provider: a breaker and a bound on pushes in flight for each service behind it, and pauses that
 * all workers share. Trouble of one device holds up that device only. A push that the gate holds back is answered `wait`
 * at once, so that a stuck provider does not occupy the worker.
 */
export function guardProvider(provider: PushProvider, options: GateOptions): PushProvider {
  const { pauses, serviceOf, inFlight = 256, failures = 10, openMs = 5_000 } = options;
  const { inFlightPerService = serviceOf ? Math.ceil(inFlight * 0.9) : inFlight } = options;
  const all = bulkhead(inFlight);
  const services = lru<ReturnType<typeof createService>>(servicesKept);
  const held = new HeldDevices();
  const createService = () => {
    const breaker = circuitBreaker(handleAll.orWhenResult(isFailure), {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(failures),
    });
    return {
      breaker,
      way: wrap(all, bulkhead(inFlightPerService), breaker),
      state: new ServiceState(),
    };
  };
  const serviceFor = (key: string) => {
    const service = services.get(key) ?? createService();
    services.set(key, service);
    return service;
  };

  /** Applies to other pushes what the answer to one push says about them. */
  const note = async (
    answer: ProviderAnswer,
    key: string,
    service: ServiceState,
    { token }: Device,
  ) => {
    if (answer.kind === 'taken') service.taken();
    if (answer.kind !== 'wait') return;
    const { reason, ms, whom, detail } = answer;
    if (!isPause(reason)) return;
    if (whom !== 'device') return pauses.begin(provider.name, key, reason, ms);
    held.hold(token, ms);
    if (reason === 'auth') pauses.tellOfDevice(provider.name, key, detail);
    const limited = reason === 'rate' ? service.limit(token) : undefined;
    if (!limited) return;
    for (const one of limited) held.hold(one, ms + behindOthersMs);
    await pauses.begin(provider.name, key, reason, ms);
  };

  return {
    name: provider.name,
    async send(device, notification) {
      const heldMs = held.left(device.token);
      if (heldMs > 0) return wait('held', heldMs, 'this device is held back', 'device');
      const key = `${provider.name} ${serviceOf?.(device) ?? ''}`.trim();
      const { breaker, way, state } = serviceFor(key);
      const pause = pauses.of(key);
      if (pause) {
        state.paused();
        return wait(pause.reason, pause.until - Date.now(), 'paused');
      }
      if (state.next === 'wait') return wait('open', probeMs, 'another push tries first');
      // Without this, cockatiel would keep the push waiting for the one that tries.
      if (breaker.state === CircuitState.HalfOpen) return open(openMs);
      const probes = state.next === 'probes';
      if (probes) state.probe();
      const answer = await way
        .execute(() => provider.send(device, notification))
        .catch((error: unknown) => answerOf(error, openMs));
      if (probes) state.probed(answer);
      await note(answer, key, state, device);
      return answer;
    },
    close: async () => provider.close?.(),
  };
}

const pausing: readonly WaitReason[] = ['rate', 'auth', 'setup'] satisfies PauseReason[];
const isPause = (reason: WaitReason): reason is PauseReason => pausing.includes(reason);

/** A failure of one device says nothing about the service, so it does not count for the breaker. */
const isFailure = (answer: unknown) => {
  const { kind, whom } = answer as Extract<ProviderAnswer, { kind: 'failed' }>;
  return kind === 'failed' && whom !== 'device';
};

const wait = (reason: WaitReason, ms: number, detail: string, whom?: 'device'): ProviderAnswer => ({
  kind: 'wait',
  reason,
  ms,
  detail,
  ...(whom ? { whom } : {}),
});

const open = (ms: number): ProviderAnswer => wait('open', ms, 'the breaker is open');

function answerOf(error: unknown, openMs: number): ProviderAnswer {
  if (error instanceof BulkheadRejectedError) return wait('full', fullMs, 'too many in flight');
  if (error instanceof BrokenCircuitError) return open(openMs);
  return { kind: 'failed', detail: 'the provider threw instead of answering' };
}
