import type { DataFolder } from './data-folder.js';
import type { Settings } from './settings.js';

export interface Servers {
  mongoUri: string;
  redisUrl: string;
}

/** Address under which a person on this machine reaches the gateway on the port. */
export function addressOf(settings: Settings, port: number): string {
  const wildcard = settings.host === '0.0.0.0' || settings.host === '::';
  const host = settings.loopback || wildcard ? 'localhost' : settings.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * What every child is told. What the person set wins; the rest is filled in, but away from loopback nothing
 * insecure is made up, so that the configuration names what is missing.
 */
export function commonEnvironment(
  env: NodeJS.ProcessEnv,
  settings: Settings,
  folder: DataFolder,
  servers: Servers,
): NodeJS.ProcessEnv {
  const ownKey = settings.loopback && !env.JWT_KEYS && !env.JWT_KEYS_FILE;
  const hosts = settings.loopback ? ['localhost', '127.0.0.1'] : [];
  const origins = settings.ports.flatMap((port) => hosts.map((host) => `http://${host}:${port}`));
  return {
    ...env,
    HOST: settings.host,
    DATA_DIR: folder.path,
    MONGODB_URI: servers.mongoUri,
    REDIS_URL: servers.redisUrl,
    // No proxy is in front that would have to notice, or would lead who is asked to move to another gateway.
    REBALANCE: env.REBALANCE || (settings.loopback ? 'off' : undefined),
    DRAIN_LEAD_SECONDS: env.DRAIN_LEAD_SECONDS || (settings.loopback ? '0' : undefined),
    // The page of one gateway may talk to another.
    ORIGINS: [env.ORIGINS, ...origins].filter(Boolean).join(','),
    ...(ownKey && { JWT_KEYS_FILE: folder.signingKey }),
    ...(settings.loopback && {
      WEBPUSH_KEYS_FILE: env.WEBPUSH_KEYS_FILE || folder.webPushKeys,
      DEMO: env.DEMO || 'embedded',
      PRIVATE_ENDPOINTS: env.PRIVATE_ENDPOINTS || 'on',
      PUBLIC_URL: env.PUBLIC_URL || addressOf(settings, settings.ports[0] ?? 0),
    }),
  };
}

/** What the n-th process of its kind is told beside that; the n-th of all takes the n-th metrics port. */
export function ownEnvironment(
  common: NodeJS.ProcessEnv,
  own: { name: string; port: number; index: number },
): NodeJS.ProcessEnv {
  const metrics = common.METRICS_PORT ? Number(common.METRICS_PORT) + own.index : undefined;
  return {
    ...common,
    NODE_ID: own.name,
    PORT: String(own.port),
    ...(metrics !== undefined && { METRICS_PORT: String(metrics) }),
  };
}
