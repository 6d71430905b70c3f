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
import { many } from './one-or-many.js';
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
/** Beyond this many held devices the one held longest ago is forgotten, and so tried too early. */
const devicesKept = 10_000;

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
  const held = lru<true>(devicesKept);
  /** Of two holds of a device the longer one counts. */
  const hold = (token: string, ttl: number) =>
    ttl > held.getRemainingTTL(token) && held.set(token, true, { ttl });
  const createService = () => {
    const breaker = circuitBreaker(handleAll.orWhenResult(isFailure), {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(failures),
    });
    return {
      breaker,
      way: wrap(all, bulkhead(inFlightPerService), breaker),
      /** Whether a push has to try the service, or tries it now, since its last pause. */
      probe: 'no' as 'no' | 'due' | 'running',
      /** Devices that were told of a limit since the service took something. */
      limited: new Set<string>(),
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
    { limited }: ReturnType<typeof createService>,
    { token }: Device,
  ) => {
    if (answer.kind === 'taken') limited.clear();
    if (answer.kind !== 'wait') return;
    const { reason, ms, whom, detail } = answer;
    if (!isPause(reason)) return;
    if (whom !== 'device') return pauses.begin(provider.name, key, reason, ms);
    hold(token, ms);
    if (reason === 'auth') pauses.tellOfDevice(provider.name, key, detail);
    if (reason !== 'rate' || limited.has(token)) return;
    limited.add(token);
    // When it limits so many devices, with no push taken in between, the limit must concern everybody.
    if (limited.size < many) return;
    for (const one of limited) hold(one, ms + behindOthersMs);
    await pauses.begin(provider.name, key, reason, ms);
  };

  return {
    name: provider.name,
    async send(device, notification) {
      const heldMs = held.getRemainingTTL(device.token);
      if (heldMs > 0) return wait('held', heldMs, 'this device is held back', 'device');
      const key = `${provider.name} ${serviceOf?.(device) ?? ''}`.trim();
      const service = serviceFor(key);
      const pause = pauses.of(key);
      if (pause) {
        if (service.probe === 'no') service.probe = 'due';
        return wait(pause.reason, pause.until - Date.now(), 'paused');
      }
      // After a pause one push goes first.
      if (service.probe === 'running') return wait('open', probeMs, 'another push tries first');
      // Without this, cockatiel would keep the push waiting for the one that tries.
      if (service.breaker.state === CircuitState.HalfOpen) return open(openMs);
      const probes = service.probe === 'due';
      if (probes) service.probe = 'running';
      const answer = await service.way
        .execute(() => provider.send(device, notification))
        .catch((error: unknown) => answerOf(error, openMs));
      // Any answer but these shows that the service is back.
      const stillAway = answer.kind === 'wait' || answer.kind === 'failed';
      if (probes) service.probe = stillAway ? 'due' : 'no';
      await note(answer, key, service, device);
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
