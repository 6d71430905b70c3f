import type { Context } from '../../src/context.js';
import { ConfigError } from '../../src/platform/config.js';
import type { Logger } from '../../src/platform/logger.js';
import { Pauses } from './pauses.js';
import { guardProvider } from './provider-gate.js';
import type { PushProvider } from './provider.js';
import { ServiceAccount } from './service-account.js';

/** The providers that the settings name (others are not even loaded), each behind its guard. Devices of any other are not sent to. */
export async function openProviders({
  config,
  redis,
  log,
  metrics,
}: Pick<Context, 'config' | 'redis' | 'log' | 'metrics'>): Promise<PushProvider[]> {
  const { fcm, webPush, privateEndpoints, pushConcurrency: inFlight } = config;
  const pauses = new Pauses({ redis, prefix: config.redisPrefix, metrics, log });
  const guarded = [guardProvider(createLogProvider(log), { pauses, inFlight })];
  if (fcm) {
    const { createFcmProvider } = await import('./fcm-provider.js');
    const url = fcm.url === undefined ? undefined : new URL(fcm.url);
    const provider = createFcmProvider({ account: accountOf(fcm.credentials), url });
    guarded.push(guardProvider(provider, { pauses, inFlight }));
  }
  if (webPush) {
    const { createWebPushProvider, webPushService } = await import('./webpush-provider.js');
    const provider = createWebPushProvider({ vapid: webPush, privateEndpoints });
    guarded.push(guardProvider(provider, { pauses, serviceOf: webPushService, inFlight }));
  }
  return guarded;
}

/** For development: the notification becomes a line of the log, with ids and no word of what people wrote. */
const createLogProvider = (log: Logger): PushProvider => ({
  name: 'log',
  send({ userId, deviceId }, { id, conversationId, seq, template, badge, silent, replaces }) {
    const facts = { userId, deviceId, id, conversationId, seq, template, badge, silent, replaces };
    log.info(facts, 'push notification');
    return Promise.resolve({ kind: 'taken' });
  },
});

function accountOf(text: string): ServiceAccount {
  try {
    return ServiceAccount.parse(JSON.parse(text));
  } catch {
    throw new ConfigError([
      "FCM_CREDENTIALS_FILE is not usable. It must be a service account's file in JSON.",
    ]);
  }
}
