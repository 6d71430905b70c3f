import { deleteApp, initializeApp } from 'firebase-admin/app';
import { getMessaging, type Message, type Messaging } from 'firebase-admin/messaging';
import { FcmAgent } from './fcm-agent.js';
import { detailOf, verdictOf, type FcmResponse, type FcmVerdict } from './fcm-answer.js';
import { messageOf } from './fcm-message.js';
import { OneOrMany, type Refused } from './one-or-many.js';
import { retryAfterMs } from './post-once.js';
import type { ProviderAnswer, PushProvider } from './provider.js';
import { AccessTokens, AccountRefused, type ServiceAccount } from './service-account.js';

interface Deps {
  account: ServiceAccount;
  /** Another address of the service: for tests and proxies. */
  url?: URL;
  deadlineMs?: number;
}

/** The pause after a limit without `Retry-After`. Source: Firebase, "Scaling FCM". */
const ratePauseMs = 60_000;
const authPauseMs = 5 * 60_000;
/** A device is left alone for this long while nobody knows whether it or we are wrong. */
const unclearMs = 60_000;

/**
 * Sends to Android, iOS and the web through Firebase Cloud Messaging, HTTP v1: one request per message, in parallel.
 */
export function createFcmProvider({ account, url, deadlineMs = 4_500 }: Deps): PushProvider {
  const agent = new FcmAgent({ url, deadlineMs });
  const tokens = new AccessTokens(account, deadlineMs);
  // The library asks before each request; this cache knows which token is still valid.
  const getAccessToken = async () => ({ access_token: await tokens.current(), expires_in: 0 });
  const app = initializeApp(
    { credential: { getAccessToken }, projectId: account.project_id, httpAgent: agent },
    `push-${++apps}`,
  );
  const messaging = getMessaging(app);
  giveAnswersWhole(messaging);
  const otherProject = new OneOrMany();
  const notPermitted = new OneOrMany();

  const send = async (message: Message): Promise<ProviderAnswer | FcmRefusal> => {
    try {
      const providerId = await messaging.send(message);
      for (const one of [otherProject, notPermitted]) one.accepted('fcm');
      return { kind: 'taken', providerId };
    } catch (error) {
      return error instanceof FcmRefusal ? error : answerOfError(error as { code?: string });
    }
  };

  return {
    name: 'fcm',
    async send({ token }, notification) {
      const message = messageOf(token, notification);
      try {
        const used = await tokens.current();
        let answer = await send(message);
        if (answer instanceof FcmRefusal && answer.verdict === 'signIn') {
          tokens.drop(used);
          await tokens.current();
          answer = await send(message);
        }
        if (!(answer instanceof FcmRefusal)) return answer;
        return answerOf(answer, {
          otherProject: () => otherProject.refused('fcm', token),
          notPermitted: () => notPermitted.refused('fcm', token),
        });
      } catch (error) {
        const { message: detail } = error as Error;
        if (error instanceof AccountRefused)
          return { kind: 'wait', reason: 'auth', ms: authPauseMs, detail };
        return { kind: 'failed', detail };
      }
    },
    async close() {
      await deleteApp(app);
      agent.destroy();
    },
  };
}

/** Counts apps, since the library knows each by a name. */
let apps = 0;

/** An unsuccessful answer as it came, before the library drops parts of it. */
class FcmRefusal extends Error {
  readonly verdict: FcmVerdict;
  readonly detail;

  constructor(
    response: FcmResponse,
    readonly retryAfter: string | undefined,
  ) {
    super('refused');
    this.verdict = verdictOf(response);
    this.detail = detailOf(response);
  }
}

interface HttpClient {
  retry: { maxRetries: number };
  send(request: object): Promise<unknown>;
}

interface LibraryError {
  response?: { status: number; text?: string; headers: Record<string, string | undefined> };
}

/**
 * Replaces behaviour for which the library has no setting. It would retry up to four times by itself, for minutes,
 * unseen by queue, breaker and pause. Its time-out is a second one beside the agent's, and after a pause of the process
 * it would fire before the answer is read. And it hides `Retry-After` and details of an answer. Tests count the
 * requests, and check what only the whole answer says.
 */
function giveAnswersWhole(messaging: Messaging): void {
  const { messagingRequestHandler } = messaging as unknown as {
    messagingRequestHandler: { httpClient: HttpClient };
  };
  const { httpClient } = messagingRequestHandler;
  httpClient.retry.maxRetries = 0;
  const send = httpClient.send.bind(httpClient);
  httpClient.send = async (request) => {
    try {
      return await send({ ...request, timeout: undefined });
    } catch (error) {
      const { response } = error as LibraryError;
      if (!response) throw error;
      const { status, text = '', headers } = response;
      throw new FcmRefusal({ status, body: text }, headers['retry-after']);
    }
  };
}

/** The library's codes: `messaging/…` for a fault in a message, `app/…` for a failure on the way. */
const answerOfError = ({ code = 'not sent' }: { code?: string }): ProviderAnswer => ({
  kind: code.startsWith('messaging/invalid-') ? 'refused' : 'failed',
  detail: code,
});

function answerOf(
  { verdict, detail, retryAfter }: FcmRefusal,
  who: { otherProject: () => Refused; notPermitted: () => Refused },
): ProviderAnswer {
  const ms = retryAfterMs(retryAfter, Date.now(), ratePauseMs);
  const rate = { kind: 'wait', reason: 'rate', ms, detail } as const;
  const auth = { kind: 'wait', reason: 'auth', ms: authPauseMs, detail } as const;
  const unclear = { ...auth, ms: unclearMs, whom: 'device' } as const;
  switch (verdict) {
    case 'gone':
    case 'failed':
      return { kind: verdict, detail };
    case 'otherProject':
      // When the account is another project's, all tokens are refused: then pushes wait, and no token is lost.
      return who.otherProject() === 'one' ? { kind: 'gone', detail } : unclear;
    case 'platform':
      return { ...auth, whom: 'device' };
    case 'deviceRate':
      return { ...rate, whom: 'device' };
    case 'rate':
      return rate;
    case 'unavailable':
      return retryAfter ? rate : { kind: 'failed', detail };
    case 'signIn':
      return auth;
    case 'permission':
      return who.notPermitted() === 'many' ? auth : unclear;
    case 'address':
      return { ...auth, reason: 'setup' };
    case 'message':
      return { kind: 'refused', detail };
  }
}
