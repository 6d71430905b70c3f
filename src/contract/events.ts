import { z } from 'zod';
import { answerOfferErrors, changeErrors, makeOfferErrors, type ErrorCode } from './errors.js';
import { limits } from './limits.js';
import { ClientMessageId, Id, Position, Timestamp, repeatedId, named } from './primitives.js';
import * as request from './requests.js';
import type { Access } from './rest/endpoint.js';
import { tradeLimits } from './trade-limits.js';
import * as view from './views.js';

export const protocol = 1;

/** Android's client can send nothing but texts. */
const leftOutWhenEmpty = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional()).optional();
const numberOrDigits = z.preprocess(
  (value) => (typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : value),
  z.number().int(),
);

export const Handshake = named('Handshake', {
  token: z.string().min(1).max(4_096).describe('Access token'),
  deviceId: leftOutWhenEmpty(Id).describe('Left out, null or empty: none'),
  protocol: leftOutWhenEmpty(numberOrDigits).describe('1, or "1"; left out, null or empty: 1'),
});

/**
 * What a client may send behind the payload of any event, as a request has headers. It is read or ignored, and never
 * refused, so servers that do not know it answer as they always did.
 */
export const EventHeaders = named('EventHeaders', {
  traceparent: z
    .string()
    .optional()
    .describe(
      'W3C Trace Context: the span of the app to which the event belongs, for servers that keep traces',
    ),
});

/** `data` of the `connect_error` that a refused handshake gets. */
export const ConnectRefusal = named('ConnectRefusal', {
  code: z.string(),
  retryable: z.boolean(),
  retryAfterMs: z.number().int().optional(),
  details: z
    .object({ errors: z.array(z.object({ path: z.string(), message: z.string() })).optional() })
    .optional()
    .describe('The fields of `auth` that `VALIDATION_FAILED` is about'),
});

export const AckError = named('AckError', {
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  retryAfterMs: z.number().int().optional(),
  details: z.unknown().optional(),
});
export type AckError = z.infer<typeof AckError>;
export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: AckError };

/** Who is connected is signed in. */
type SocketAccess = Extract<Access, 'user' | 'verified'>;

export interface ClientEvent<P extends z.ZodType = z.ZodType, D extends z.ZodType = z.ZodType> {
  summary: string;
  payload: P;
  data: D;
  /** Codes beside the ones that every event can meet, and those of its access. */
  errors: readonly ErrorCode[];
  access: SocketAccess;
}
const event = <P extends z.ZodType, D extends z.ZodType>(
  summary: string,
  payload: P,
  data: D,
  errors: readonly ErrorCode[] = [],
  access: SocketAccess = 'user',
): ClientEvent<P, D> => ({ summary, payload, data, errors, access });

/** Client → server. Every event takes an acknowledgement `{ok: true, data}` or `{ok: false, error}`. */
export const clientEvents = {
  'conversation:open': event(
    'Talk to the seller of a listing, as the buyer',
    request.OpenConversation,
    z.object({ conversation: view.Conversation }),
    ['NOT_FOUND', 'FORBIDDEN', 'LISTING_UNAVAILABLE'],
    'verified',
  ),
  'message:send': event(
    'Send a message; acknowledged once a majority has it on disk',
    request.SendMessage,
    z.object({ message: view.Message, duplicate: z.boolean(), ...repeatedId }),
    ['NOT_FOUND', 'CONVERSATION_CLOSED', 'IDEMPOTENCY_CONFLICT'],
    'verified',
  ),
  'message:edit': event(
    `Change what one wrote, within ${limits.editSeconds / 60} minutes`,
    request.EditMessageAt,
    view.ChangedMessage,
    changeErrors,
  ),
  'message:unsend': event(
    `Take back what one sent, within ${limits.unsendSeconds / 60} minutes, for good`,
    request.UnsendMessageAt,
    view.ChangedMessage,
    changeErrors,
  ),
  'receipt:delivered': event(
    'Everything up to this entry has arrived, without a gap',
    request.Receipt,
    view.Receipts,
    ['NOT_FOUND'],
  ),
  'receipt:read': event('Everything up to this entry was seen', request.Receipt, view.Receipts, [
    'NOT_FOUND',
  ]),
  'typing:set': event(
    'Show or hide "is typing" to the other side',
    request.TypingSet,
    z.object({}),
    ['NOT_FOUND', 'CONVERSATION_CLOSED'],
  ),
  'presence:watch': event(
    'Who of these is online, and a `presence` event whenever that changes; ' +
      'only people one shares an open conversation with are told about',
    request.WatchPresence,
    view.Presences,
  ),
  'presence:unwatch': event(
    'No longer; answers with an empty list',
    request.UnwatchPresence,
    view.Presences,
  ),
  'listing:watch': event(
    `Hear \`listing:updated\` when one of these changes; a socket watches ${tradeLimits.listingsWatched} at most`,
    request.WatchListings,
    z.object({}),
    ['NOT_FOUND'],
  ),
  'listing:unwatch': event('No longer', request.WatchListings, z.object({})),
  'offer:make': event(
    'Offer a price, as the buyer',
    request.MakeOffer,
    z.object({ offer: view.Offer, message: view.Message, ...repeatedId }),
    makeOfferErrors,
    'verified',
  ),
  'offer:respond': event(
    'Accept (with the amount seen), counter with another amount, decline or withdraw',
    request.RespondToOffer,
    z.object({ offer: view.Offer, message: view.Message, ...repeatedId }),
    [...answerOfferErrors, 'OFFER_NOT_ALLOWED'],
  ),
  'sync:pull': event('What was missed, in one round trip', request.PullSync, view.SyncAnswer),
  'session:refresh': event(
    'Bring a new access token before the old one runs out',
    request.SessionRefresh,
    z.object({ expiresAt: Timestamp }),
    ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'SESSION_REVOKED'],
  ),
} as const;

const notice = <P extends z.ZodType>(summary: string, payload: P) => ({ summary, payload });

/** Server → client. */
export const serverEvents = {
  'session:ready': notice(
    'The room of this person is live: sync now',
    z.object({
      userId: Id,
      sessionId: Id,
      nodeId: z.string(),
      protocol: z.number().int(),
      epoch: z.string().describe('Changes when the database was restored: start afresh then'),
      serverTime: Timestamp,
      limits: z.record(z.string(), z.number()),
      directUploads: z
        .boolean()
        .optional()
        .describe(
          'Whether `POST /images/uploads` has a storage for phones; older servers do not say',
        ),
    }),
  ),
  'message:new': notice(
    'An entry of the log, of every kind',
    z.object({
      message: view.Message,
      clientMessageId: ClientMessageId.optional().describe("Only to the sender's own devices"),
    }),
  ),
  'receipt:updated': notice(
    "Somebody's positions moved forward; two nodes may tell of two moves in either order: the higher counts",
    z.object({ conversationId: Id, userId: Id, deliveredSeq: Position, readSeq: Position }),
  ),
  'conversation:updated': notice('A conversation as it is now', view.Conversation),
  'listing:updated': notice(
    'A listing as it is now, to those who watch it and those who talk about it; one that went out of sight is `removed`',
    view.Listing,
  ),
  'notification:new': notice(
    'Something beside messages that the person is to be told; the list of them has it too',
    view.Notification,
  ),
  'sync:hint': notice(
    'You may be behind: pull',
    z.object({ conversationId: Id, lastSeq: Position }),
  ),
  typing: notice(
    'May be lost: nothing is sent again',
    z.object({ conversationId: Id, userId: Id, typing: z.boolean() }),
  ),
  presence: notice('To those who watch; may be lost: nothing is sent again', view.Presence),
  'session:revoked': notice(
    'The socket is closed after it; the reason says what to do',
    z.object({
      reason: z
        .enum(['signedOut', 'expired', 'replaced', 'suspended'])
        .describe(
          'signedOut: the session was ended; expired: no new token came in time; replaced: too many sockets; ' +
            'suspended: an operator suspended the account, signing in says until when',
        ),
    }),
  ),
  'server:draining': notice(
    'Connect again, to another node',
    z.object({
      reconnectInMs: z.number().int(),
      reason: z
        .enum(['balance'])
        .optional()
        .describe('balance: this node goes on, and has more than its share; left out: it ends'),
    }),
  ),
} as const;

export type ClientEvents = typeof clientEvents;
export type ClientEventName = keyof ClientEvents;
export type ServerEventName = keyof typeof serverEvents;
export type PayloadOf<N extends ClientEventName> = z.output<ClientEvents[N]['payload']>;
export type DataOf<N extends ClientEventName> = z.output<ClientEvents[N]['data']>;

/** Socket.IO's typed maps, made from the schemas. */
export type ServerToClient = {
  [N in ServerEventName]: (payload: z.output<(typeof serverEvents)[N]['payload']>) => void;
};
export type ClientToServer = {
  [N in ClientEventName]: (
    payload: z.input<ClientEvents[N]['payload']>,
    ack: (answer: Ack<DataOf<N>>) => void,
  ) => void;
};

/** The limits that `session:ready` names, for clients to keep them. */
export const announcedLimits = (rates: {
  messagesPerSecond: number;
  messageBurst: number;
}): Record<string, number> => ({
  textLength: limits.textLength,
  frameBytes: limits.frameBytes,
  messagesPerSecond: rates.messagesPerSecond,
  messageBurst: rates.messageBurst,
  typingEverySeconds: limits.typingEverySeconds,
  syncKnown: limits.syncKnown,
  noteLength: limits.noteLength,
});
