import { createECDH } from 'node:crypto';
import type { Config } from '../../src/platform/config.js';
import { Tokens } from '../../src/users/tokens.js';
import { AccessTokens, ServiceAccount } from '../../workers/push/service-account.js';
import { fail, ok, warn, type Finding } from './finding.js';

const deadlineMs = 10_000;

/** Whether the keys that sign access tokens can be read. */
export function checkSigningKeys({ jwtKeys: pem, jwtIssuer, jwtAudience }: Config): Finding {
  const about = 'JWT_KEYS';
  if (pem === undefined)
    return warn(
      about,
      'are not set: each process makes its own, and no other takes its tokens',
      'Set JWT_KEYS or JWT_KEYS_FILE.',
    );
  try {
    const { keys } = new Tokens({ pem, issuer: jwtIssuer, audience: jwtAudience }).jwks();
    return ok(about, `${keys.length} ${keys.length === 1 ? 'key' : 'keys'}, the first one signs`);
  } catch (error) {
    return fail(
      about,
      (error as Error).message,
      'Make one: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
    );
  }
}

/** Whether the two keys of Web Push belong together: browsers hold the public one for years. */
export function checkWebPush({ webPush }: Config): Finding {
  const about = 'Web Push';
  if (!webPush) return ok(about, 'off (WEBPUSH_KEYS_FILE is not set)');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(Buffer.from(webPush.privateKey, 'base64url'));
  if (pair.getPublicKey('base64url') !== webPush.publicKey)
    return fail(
      about,
      'the public key is not that of the private key',
      'Take both from one run of `npx web-push generate-vapid-keys --json`.',
    );
  return webPush.subject.endsWith('.invalid')
    ? warn(about, 'WEBPUSH_SUBJECT is not set', 'Set it to an address that reaches you.')
    : ok(about, `keys belong together, subject ${webPush.subject}`);
}

/** Whether Google takes the service account. `online`: ask it for an access token. */
export const checkFcm = async (settings: Config, online: boolean): Promise<Finding[]> => [
  await fcmFinding(settings, online),
];

async function fcmFinding({ fcm }: Config, online: boolean): Promise<Finding> {
  const about = 'FCM';
  if (!fcm) return ok(about, 'off (FCM_CREDENTIALS_FILE is not set)');
  const remedy = 'Take the file from the Firebase console: project settings, service accounts.';
  let account: ServiceAccount;
  try {
    account = ServiceAccount.parse(JSON.parse(fcm.credentials));
  } catch {
    return fail(about, 'FCM_CREDENTIALS_FILE is no service account', remedy);
  }
  if (!online) return ok(about, `project ${account.project_id}, not tried`);
  try {
    await new AccessTokens(account, deadlineMs).current();
    return ok(about, `project ${account.project_id}, the account is taken`);
  } catch (error) {
    return fail(about, `project ${account.project_id}: ${(error as Error).message}`, remedy);
  }
}
