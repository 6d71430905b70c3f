/** Every setting of the processes, with what it does and its bounds; long because it is a list. */

import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { hostname } from 'node:os';
import { z } from 'zod';
import { limits } from '../contract/limits.js';

const flag = z.enum(['on', 'off']).transform((value) => value === 'on');
const port = z.coerce.number().int().min(0).max(65_535);

/** A number, at least 1 where nothing else is said; left out it is `usual`. */
const number = (usual: number, { min = 1, max = Infinity } = {}) =>
  z.coerce.number().min(min).max(max).default(usual);
const whole = (usual: number, { min = 1 } = {}) => z.coerce.number().int().min(min).default(usual);
const like = (pattern: RegExp) => z.string().regex(pattern);
/** `rediss` and `rediss-cluster` speak TLS. */
const redisForm = /^rediss?(-cluster)?:\/\//;

/**
 * Every setting of gateway and worker, read from the environment once, here and nowhere else; so one long file.
 * A bad value stops the process with its name and one action; a value is never echoed, since it may be a secret.
 */
const Environment = z.object({
  NODE_ID: like(/^[\w.-]{1,80}$/)
    .optional()
    .describe('Name of this process in presence, logs and metrics; unique in the cluster'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to bind to'),
  PORT: port.default(3000).describe('Port of the gateway (0: any free one)'),
  METRICS_PORT: port.optional().describe('Own port for /metrics; unset: /metrics on loopback only'),
  MONGODB_URI: like(/^mongodb(\+srv)?:\/\//).describe(
    'MongoDB replica set, with the database in its path',
  ),
  REDIS_URL: like(redisForm).describe(
    'Redis 7 or newer: fan-out, presence, limits; a Redis Cluster as redis-cluster://host:port,host:port',
  ),
  QUEUE_REDIS_URL: like(redisForm)
    .optional()
    .describe('Redis of the queues (noeviction, append-only); unset: REDIS_URL'),
  REDIS_PREFIX: like(/^[\w-]{1,40}$/)
    .default('haggle')
    .describe('First part of every key and channel in Redis'),
  JWT_KEYS: z
    .string()
    .optional()
    .describe('EC P-256 private keys as PEM, one after another: the first signs, all verify'),
  JWT_KEYS_FILE: z
    .string()
    .optional()
    .describe('File that holds JWT_KEYS; a change of it is noticed within seconds'),
  JWT_ISSUER: z.string().min(1).default('haggle').describe('`iss` of the access tokens'),
  JWT_AUDIENCE: z.string().min(1).default('haggle').describe('`aud` of the access tokens'),
  HOST_JWT_ISSUER: z
    .string()
    .min(1)
    .optional()
    .describe('`iss` of tokens that a host app signs itself, which are taken as access tokens'),
  HOST_JWT_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where the host app publishes the keys of those tokens; needed with the issuer'),
  HOST_JWT_AUDIENCE: z
    .string()
    .min(1)
    .default('haggle')
    .describe('`aud` that those tokens must have'),
  HOST_JWT_ID_CLAIM: z
    .string()
    .min(1)
    .default('sub')
    .describe('Claim of those tokens with the id of the person in the host app'),
  HOST_JWT_NICKNAME_CLAIM: z
    .string()
    .min(1)
    .default('nickname')
    .describe('Claim of those tokens with the name to show'),
  SESSION_CHECK_SECONDS: number(30, { max: 50 }).describe(
    'How often a gateway asks the database which sessions have ended: where the news was lost, as while Redis is away, an ended one is refused and cut off within so long',
  ),
  ORIGINS: z
    .string()
    .default('')
    .describe('Browser origins that may connect, separated by commas; same origin always may'),
  PUBLIC_URL: z
    .url()
    .optional()
    .describe('Address under which people reach the service, for links in mails'),
  EMAIL_PROOF: flag
    .optional()
    .describe(
      'on: one must confirm the e-mail address before listing or contacting; off only on loopback',
    ),
  GUESTS: flag
    .default(true)
    .describe('off: listings and profiles are read only by who is signed in'),
  NEIGHBOURHOOD_PROOF: flag
    .optional()
    .describe(
      'on: one must prove where one lives, again every 30 days, before listing or contacting',
    ),
  SMTP_URL: like(/^smtps?:\/\//)
    .optional()
    .describe('Mail server; unset (loopback only): mails go to the dev mailbox'),
  MAIL_FROM: z.string().default('Haggle <no-reply@haggle.invalid>').describe('Sender of the mails'),
  DEMO: z
    .enum(['on', 'off', 'embedded'])
    .default('off')
    .describe(
      'on: demo accounts with one-tap sign-in; embedded, which `npm start` sets: a visitor may stop a node, too, which is started again; both only on loopback',
    ),
  SECOND_FACTOR: flag
    .optional()
    .describe(
      'on: people with a role set up a second factor before they may do what it allows; off only on loopback, and left out only there without a proxy. Who has set one up shows a code in any case',
    ),
  DRAIN_LEAD_SECONDS: number(5, { min: 0, max: 60 }).describe(
    'How long a gateway that was told to end says at /readyz that it is not ready and still takes everything, so that a proxy can notice; 0 where nothing is in front, or something else waits',
  ),
  REBALANCE: like(/^(off|[1-9]\d*)$/)
    .default('60')
    .describe(
      'Seconds for which a gateway has more than its share of all sockets before it asks some to move; off: never, for gateways that people reach by addresses of their own',
    ),
  TRUST_PROXY: whole(0, { min: 0 }).describe('Number of proxies in front'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('Least level logged'),
  TRACES_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Where traces go (OTLP over HTTP), such as http://collector:4318/v1/traces; unset: there are none',
    ),
  TRACES_SHARE: number(0.01, { min: 0, max: 1 }).describe(
    'Share of the requests that are traced; one that comes with a `traceparent` says itself whether it is',
  ),
  TRACES_OF_CALLERS: flag
    .default(true)
    .describe(
      'off: a `traceparent` that a caller sends is ignored, so that nobody outside chooses what is traced',
    ),
  LIMIT_MESSAGES_PER_SECOND: number(limits.messagesPerSecond).describe(
    'Messages a person may send a second, in the long run',
  ),
  LIMIT_MESSAGE_BURST: whole(limits.messageBurst).describe(
    'Messages a person may send at once after a quiet while',
  ),
  LIMIT_POINTS_PER_SECOND: number(limits.pointsPerSecond).describe(
    'Points of all other events that a person may spend a second, in the long run',
  ),
  LIMIT_POINTS_BURST: whole(limits.pointsBurst, { min: 20 }).describe(
    'The same at once after a quiet while; a socket may spend half of it',
  ),
  LIMIT_HANDSHAKES_PER_ADDRESS: whole(limits.handshakesPerAddress).describe(
    'Connections of one network address that have not shown their token yet',
  ),
  LIMIT_HANDSHAKES_AT_ONCE: whole(limits.handshakesAtOnce).describe(
    'Connections that one gateway has in hand at once, from the handshake to `session:ready`; further ones are told to come again in 1 to 10 s',
  ),
  SEARCH_SECONDS: number(3, { min: 0.001, max: 30 }).describe(
    'A search of messages that takes longer is given up',
  ),
  READ_CACHES: flag
    .default(true)
    .describe(
      'off: pages of the feed, listings, profiles and chat lists are read from the database each time; for when a cache is suspected',
    ),
  SECONDARY_READS: flag
    .default(true)
    .describe(
      'off: everything is read from the primary of the replica set; on: lists of what others put there may be read from members that are up to 90 s behind',
    ),
  SWITCHED_OFF: like(
    /^(search|suggestions|distance|views)?(,(search|suggestions|distance|views))*$/,
  )
    .default('')
    .describe(
      'What is given up under load, separated by commas: search, suggestions, distance (feeds in that order), views (their counting)',
    ),
  LOG_QUEUE_ENTRIES: whole(5_000).describe(
    'Messages that may wait in one gateway to be stored; beyond it senders are put off',
  ),
  LOG_QUEUE_BYTES: whole(32 * 1024 * 1024).describe('The same in bytes'),
  LOG_QUEUE_MS: whole(250).describe(
    'Milliseconds that a message may be expected to wait before it is stored, by how long the gateway took for the last ones; beyond it senders are put off at once',
  ),
  SOCKET_BACKLOG_BYTES: whole(4 * 1024 * 1024, { min: 64 * 1024 }).describe(
    'What may wait for one device that does not read; beyond it the device is cut',
  ),
  SOCKETS_BACKLOG_BYTES: whole(128 * 1024 * 1024, { min: 64 * 1024 }).describe(
    'The same for all devices of one gateway together; those with the most are cut',
  ),
  PRESENCE_LEASE_SECONDS: number(45, { max: 60 }).describe(
    'How long the people of a killed gateway are still taken for connected',
  ),
  REMINDER_SECONDS: number(45, { max: 50 }).describe(
    'How often every device is told how far its conversations are',
  ),
  IMAGE_BUCKET_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Address of a bucket of S3-compatible storage, of its own, for the bytes of images; unset: they are in MongoDB',
    ),
  IMAGE_BUCKET_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Address of that bucket for phones, which may then upload to it by themselves; unset: they upload to a gateway',
    ),
  IMAGE_BUCKET_REGION: like(/^[\w-]+$/)
    .default('us-east-1')
    .describe('Region of that bucket'),
  IMAGE_BUCKET_KEY_ID: z.string().optional().describe('Access key of that bucket'),
  IMAGE_BUCKET_SECRET: z.string().optional().describe('Secret of that key'),
  FCM_CREDENTIALS_FILE: z
    .string()
    .optional()
    .describe(
      'Service account of the Firebase project, as its console gives it; unset: no pushes by FCM',
    ),
  FCM_URL: z
    .url()
    .optional()
    .describe(
      "Another address in place of FCM's, as a proxy has; the account's file names where its tokens come from",
    ),
  WEBPUSH_KEYS_FILE: z
    .string()
    .optional()
    .describe(
      'Key pair of Web Push: what `npx web-push generate-vapid-keys --json` prints; unset: no Web Push',
    ),
  WEBPUSH_SUBJECT: like(/^(mailto:.+@.+|https:\/\/.+)$/)
    .optional()
    .describe(
      'mailto: or https: address at which push services reach who runs this; needed with keys',
    ),
  PRIVATE_ENDPOINTS: flag
    .default(false)
    .describe(
      'on: what a browser names as its push service may lie on this machine or in a private network; for development',
    ),
  WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Address of the team's own server that is told what happens; unset: nothing is sent"),
  WEBHOOK_SECRETS: z
    .string()
    .default('')
    .describe(
      'Secrets (whsec_…) that sign what is sent there, separated by commas; all of them sign, so that they can be rotated',
    ),
  WEBHOOK_RETRY_BASE_MS: whole(5_000).describe(
    'Longest first pause after a webhook that failed; each further one is twice as long',
  ),
  WEBHOOK_GIVE_UP_SECONDS: number(24 * 3600).describe(
    'How long a webhook event is tried before it is dead and the next one goes on',
  ),
  PUSH_DELAY_OFFLINE_MS: whole(2_000, { min: 0 }).describe(
    'Wait before a push when no device is connected',
  ),
  PUSH_DELAY_ONLINE_MS: whole(12_000, { min: 0 }).describe(
    'Wait before a push when a device is connected',
  ),
  PUSH_BACKLOG: whole(10_000).describe(
    'Jobs that may wait in a push queue, of up to 50 pushes each; beyond it the relay hands over no more',
  ),
  PUSH_CONCURRENCY: whole(1_000).describe(
    'Pushes of one class that a push worker has in hand at once',
  ),
  PUSH_RETRY_MS: whole(2_000).describe(
    'The longest wait before a failed push is tried again; four times as long each time',
  ),
  PUSH_STUCK_SECONDS: number(60).describe(
    'A push worker that takes no job for so long, not even a canary, is not alive',
  ),
});

export const settings = Environment.shape;

type Settings = z.infer<typeof Environment>;
export type Config = ReturnType<typeof loadConfig>;

/** The keys by which push services of browsers know this server (RFC 8292). */
const WebPushPair = z.object({
  publicKey: z.string().regex(/^[\w-]{87}$/),
  privateKey: z.string().regex(/^[\w-]{43}$/),
});

/** Thrown when the environment cannot be used; `problems` has one line per setting. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The settings cannot be used:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** True for 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** True when all requests come from this machine, under one address: no proxy tells other ones. */
export const isNearby = ({
  loopback,
  trustProxy,
}: {
  loopback: boolean;
  trustProxy: number;
}): boolean => loopback && trustProxy === 0;

/** Settings of earlier versions, which somebody may take for a door that is locked. */
const removed = ['ADMIN_PASSWORD', 'ADMIN_ACCOUNTS', 'ADMIN_SECOND_FACTORS'];

/** Reads the settings; throws {@link ConfigError} naming every setting that is missing, malformed or unsafe. */
export function loadConfig(env: Record<string, string | undefined>) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const old = removed.filter((name) => given[name] !== undefined);
  if (old.length > 0)
    throw new ConfigError([
      `${old.join(', ')} no longer exist${old.length === 1 ? 's' : ''}: operators sign in with accounts of their own. Take it out, and make the first admin with \`haggle user:create --admin\`; see docs/upgrading.md.`,
    ]);
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        const purpose = settings[name as keyof typeof settings]?.description ?? '';
        return `${name} ${given[name] === undefined ? 'is missing' : `is not usable (${issue.message})`}. ${purpose}`;
      }),
    );
  }
  const value = parsed.data;
  const loopback = isLoopback(value.HOST);
  const nearby = isNearby({ loopback, trustProxy: value.TRUST_PROXY });
  const problems = loopback ? [] : unsafeBeyondLoopback(value);
  if (problems.length > 0) throw new ConfigError(problems);
  const fcm = fileOf('FCM_CREDENTIALS_FILE', value);
  return {
    nodeId: value.NODE_ID ?? `${hostname()}-${process.pid}`,
    host: value.HOST,
    /** Listens on loopback only: insecure defaults are allowed, limits per address are lifted. */
    loopback,
    port: value.PORT,
    metricsPort: value.METRICS_PORT,
    mongoUri: value.MONGODB_URI,
    redisUrl: value.REDIS_URL,
    queueRedisUrl: value.QUEUE_REDIS_URL ?? value.REDIS_URL,
    redisPrefix: value.REDIS_PREFIX,
    /** PEM text of the signing keys; undefined: make one for this process (loopback only). */
    jwtKeys: value.JWT_KEYS ?? fileOf('JWT_KEYS_FILE', value, 'a file with PEM keys'),
    /** Where the keys come from, when they come from a file: it may change. */
    jwtKeysFile: value.JWT_KEYS === undefined ? value.JWT_KEYS_FILE : undefined,
    jwtIssuer: value.JWT_ISSUER,
    jwtAudience: value.JWT_AUDIENCE,
    /** undefined: no tokens of a host app are taken. */
    hostJwt: hostJwtOf(value),
    sessionCheckMs: value.SESSION_CHECK_SECONDS * 1_000,
    /** With that of PUBLIC_URL, since a proxy may pass on another `Host` than the one that the page has. */
    origins: [
      ...value.ORIGINS.split(',').map((origin) => origin.trim()),
      ...(value.PUBLIC_URL ? [new URL(value.PUBLIC_URL).origin] : []),
    ].filter(Boolean),
    publicUrl: value.PUBLIC_URL,
    /** Whether listings and profiles are read without signing in. */
    guests: value.GUESTS,
    /** What people prove before they list and contact, or act by a role. */
    proof: {
      email: value.EMAIL_PROOF ?? !loopback,
      neighbourhood: value.NEIGHBOURHOOD_PROOF ?? false,
      /** Before they do what their role allows. */
      secondFactor: value.SECOND_FACTOR ?? !nearby,
    },
    smtpUrl: value.SMTP_URL,
    mailFrom: value.MAIL_FROM,
    demo: value.DEMO !== 'off',
    /** Whether a page may have this node stopped: only where `npm start` looks after it, and no proxy is in front. */
    stoppable: value.DEMO === 'embedded' && nearby,
    drainLeadMs: value.DRAIN_LEAD_SECONDS * 1_000,
    /** undefined: never. */
    rebalanceMs: value.REBALANCE === 'off' ? undefined : Number(value.REBALANCE) * 1_000,
    trustProxy: value.TRUST_PROXY,
    logLevel: value.LOG_LEVEL,
    tracing: value.TRACES_URL
      ? {
          url: value.TRACES_URL,
          share: value.TRACES_SHARE,
          ofCallers: value.TRACES_OF_CALLERS,
        }
      : undefined,
    messagesPerSecond: value.LIMIT_MESSAGES_PER_SECOND,
    messageBurst: value.LIMIT_MESSAGE_BURST,
    points: { perSecond: value.LIMIT_POINTS_PER_SECOND, burst: value.LIMIT_POINTS_BURST },
    handshakesPerAddress: value.LIMIT_HANDSHAKES_PER_ADDRESS,
    handshakesAtOnce: value.LIMIT_HANDSHAKES_AT_ONCE,
    searchMs: Math.ceil(value.SEARCH_SECONDS * 1_000),
    readCaches: value.READ_CACHES,
    secondaryReads: value.SECONDARY_READS,
    /** Names of what is given up; see SWITCHED_OFF. */
    switchedOff: new Set(value.SWITCHED_OFF.split(',')),
    /** What may wait in one gateway to be stored. */
    logQueue: {
      entries: value.LOG_QUEUE_ENTRIES,
      bytes: value.LOG_QUEUE_BYTES,
      /** How long a message may be expected to wait. */
      waitMs: value.LOG_QUEUE_MS,
    },
    /** Bytes that may wait for devices that do not read: for each device, and for all of a gateway. */
    backlog: { each: value.SOCKET_BACKLOG_BYTES, all: value.SOCKETS_BACKLOG_BYTES },
    presenceLeaseMs: value.PRESENCE_LEASE_SECONDS * 1_000,
    reminderMs: value.REMINDER_SECONDS * 1_000,
    /** undefined: the bytes of images are in the database. */
    imageBucket: imageBucketOf(value),
    /** The service account's file as text, and an address to send to instead of Google's. */
    fcm: fcm === undefined ? undefined : { credentials: fcm, url: value.FCM_URL },
    webPush: webPushOf(value),
    /** Whether endpoints of browsers may be in a private network; false: they must be public https addresses. */
    privateEndpoints: value.PRIVATE_ENDPOINTS,
    /** undefined: no webhooks. */
    webhooks: webhooksOf(value),
    pushDelayOfflineMs: value.PUSH_DELAY_OFFLINE_MS,
    pushDelayOnlineMs: value.PUSH_DELAY_ONLINE_MS,
    /** Jobs that may wait in each queue. */
    pushBacklog: value.PUSH_BACKLOG,
    pushConcurrency: value.PUSH_CONCURRENCY,
    pushRetryMs: value.PUSH_RETRY_MS,
    pushStuckMs: value.PUSH_STUCK_SECONDS * 1_000,
  };
}

/**
 * Standard Webhooks: padded base64 of 24 to 64 bytes. What doesn't encode back to itself is refused, since libraries of
 * receivers differ in what they make of it (Go, Java and Python refuse, npm decodes anything).
 */
function isSecret(secret: string): boolean {
  const [, encoded] = /^whsec_(.+)$/.exec(secret) ?? [];
  if (encoded === undefined) return false;
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded;
}

function webhooksOf(value: Settings) {
  if (value.WEBHOOK_URL === undefined) return undefined;
  const secrets = value.WEBHOOK_SECRETS.split(/[\s,]+/).filter(Boolean);
  if (secrets.length === 0 || !secrets.every(isSecret))
    throw new ConfigError([
      'WEBHOOK_SECRETS must hold at least one secret, since WEBHOOK_URL is set: whsec_ and 24 to 64 random bytes in base64, with its padding (=).',
    ]);
  return {
    url: value.WEBHOOK_URL,
    secrets,
    baseMs: value.WEBHOOK_RETRY_BASE_MS,
    giveUpMs: value.WEBHOOK_GIVE_UP_SECONDS * 1_000,
  };
}

function hostJwtOf(value: Settings) {
  const { HOST_JWT_ISSUER: issuer, HOST_JWT_JWKS_URL: jwksUrl } = value;
  if (issuer === undefined && jwksUrl === undefined) return undefined;
  if (issuer === undefined || jwksUrl === undefined)
    throw new ConfigError(['HOST_JWT_ISSUER and HOST_JWT_JWKS_URL must be set together.']);
  if (issuer === value.JWT_ISSUER)
    throw new ConfigError(['HOST_JWT_ISSUER must differ from JWT_ISSUER.']);
  return {
    issuer,
    jwksUrl,
    audience: value.HOST_JWT_AUDIENCE,
    idClaim: value.HOST_JWT_ID_CLAIM,
    nicknameClaim: value.HOST_JWT_NICKNAME_CLAIM,
  };
}

function imageBucketOf({
  IMAGE_BUCKET_URL: url,
  IMAGE_BUCKET_PUBLIC_URL: publicUrl,
  IMAGE_BUCKET_REGION: region,
  IMAGE_BUCKET_KEY_ID: accessKeyId,
  IMAGE_BUCKET_SECRET: secretAccessKey,
}: Settings) {
  if (url === undefined) return undefined;
  if (!accessKeyId || !secretAccessKey)
    throw new ConfigError([
      'IMAGE_BUCKET_KEY_ID and IMAGE_BUCKET_SECRET must be set, since IMAGE_BUCKET_URL is.',
    ]);
  const bare = (address: string) => address.replace(/\/$/, '');
  return {
    url: bare(url),
    publicUrl: publicUrl === undefined ? undefined : bare(publicUrl),
    region,
    accessKeyId,
    secretAccessKey,
  };
}

/** Insecure defaults are allowed only where nobody else can reach them; each line names a setting that is needed. */
function unsafeBeyondLoopback(value: Settings): string[] {
  const where = `HOST is ${value.HOST}, which is not loopback`;
  const problems: string[] = [];
  if (!value.JWT_KEYS && !value.JWT_KEYS_FILE)
    problems.push(
      `JWT_KEYS or JWT_KEYS_FILE is missing: ${where}, so generated keys are not allowed.`,
    );
  if (value.DEMO !== 'off')
    problems.push(
      `DEMO is ${value.DEMO}: ${where}, so demo accounts are not allowed. Set DEMO=off.`,
    );
  if (value.EMAIL_PROOF === false)
    problems.push(`EMAIL_PROOF is off: ${where}, so sign-up without e-mail proof is not allowed.`);
  if (value.SECOND_FACTOR === false)
    problems.push(`SECOND_FACTOR is off: ${where}, so roles without one are not allowed.`);
  if (!value.SMTP_URL)
    problems.push(`SMTP_URL is missing: ${where}, and e-mail proof needs a mail server.`);
  if (value.WEBPUSH_KEYS_FILE && !value.WEBPUSH_SUBJECT)
    problems.push(`WEBPUSH_SUBJECT is missing: ${where}, and push services need an address.`);
  if (!value.PUBLIC_URL)
    problems.push(`PUBLIC_URL is missing: ${where}, and links in mails need an address.`);
  return problems;
}

type FileSetting = 'JWT_KEYS_FILE' | 'FCM_CREDENTIALS_FILE' | 'WEBPUSH_KEYS_FILE';

/** The text of the file that a setting names; undefined where it names none. */
function fileOf(name: FileSetting, value: Settings, what = 'a file'): string | undefined {
  const file = value[name];
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError([`${name} cannot be read. It must name ${what}.`]);
  }
}

function webPushOf(value: Settings) {
  const text = fileOf('WEBPUSH_KEYS_FILE', value);
  if (text === undefined) return undefined;
  const subject = value.WEBPUSH_SUBJECT ?? 'mailto:push@haggle.invalid';
  try {
    return { ...WebPushPair.parse(JSON.parse(text)), subject };
  } catch {
    throw new ConfigError([
      'WEBPUSH_KEYS_FILE is not usable. Make it with `npx web-push generate-vapid-keys --json`.',
    ]);
  }
}
