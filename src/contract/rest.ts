/**
 * All of REST in one table, from which the routes, the login check and the document are made. Long because it is one
 * entry after another; the trade (offers, deals, reviews) has files of its own in `rest/`.
 */
import { z } from 'zod';
import { costOf } from './costs.js';
import { changeErrors } from './errors.js';
import { limits } from './limits.js';
import { Cursor, Id, PageQuery, Position, Seq, inAddress, page, repeatedId } from './primitives.js';
import * as request from './requests.js';
import { adminEndpoints } from './rest/admin.js';
import { dealEndpoints, listingStateEndpoints, reviewEndpoints } from './rest/deals.js';
import { ById, endpoint, type Endpoint } from './rest/endpoint.js';
import { moderationEndpoints } from './rest/moderation.js';
import { notificationEndpoints } from './rest/notifications.js';
import { giveAwayEndpoints, offerEndpoints, offerListEndpoints } from './rest/offers.js';
import * as view from './views.js';

export { takesIfMatch, type Access, type Endpoint } from './rest/endpoint.js';

const millions = (pixels: number): string => String(pixels / 1_000_000);

const ownVersion =
  '`If-Match` with the `ETag` of the conversation guards against another change of these settings by the same person; ' +
  'what is said there makes no copy of them stale.';

const EntryOf = z.strictObject({ id: Id, seq: inAddress(Seq) });

const MessageAnswer = z
  .object({ message: view.Message, duplicate: z.boolean(), ...repeatedId })
  .meta({ id: 'MessageAnswer' });

/** Every REST endpoint: routes, validation and the OpenAPI document are made from this table. */
export const endpoints = {
  signUp: endpoint({
    method: 'post',
    path: '/auth/sign-up',
    tag: 'auth',
    summary: 'Create an account and sign in',
    access: 'public',
    body: request.SignUp,
    success: [201],
    reply: view.SignedIn,
    errors: ['EMAIL_TAKEN'],
  }),
  logIn: endpoint({
    method: 'post',
    path: '/auth/login',
    tag: 'auth',
    summary: 'Sign in; the same answer and time for unknown addresses and wrong passwords',
    access: 'public',
    body: request.LogIn,
    reply: view.SignedIn,
    errors: ['UNAUTHENTICATED'],
  }),
  refresh: endpoint({
    method: 'post',
    path: '/auth/refresh',
    tag: 'auth',
    summary: 'Trade the refresh token for a new pair; one that was replaced ends the session',
    access: 'public',
    body: request.Refresh,
    reply: view.SignedIn,
    errors: ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'SESSION_REVOKED'],
  }),
  logOut: endpoint({
    method: 'post',
    path: '/auth/logout',
    tag: 'auth',
    summary: 'End this session everywhere',
  }),
  logOutAll: endpoint({
    method: 'post',
    path: '/auth/logout-all',
    tag: 'auth',
    summary: 'End all sessions of this person',
  }),
  listSessions: endpoint({
    method: 'get',
    path: '/auth/sessions',
    tag: 'auth',
    summary: 'Open sessions',
    reply: z.object({ items: z.array(view.Session), nextCursor: Cursor.nullable() }),
  }),
  endSession: endpoint({
    method: 'delete',
    path: '/auth/sessions/:id',
    tag: 'auth',
    summary: 'Cut one session off',
    params: ById,
    errors: ['NOT_FOUND'],
  }),
  verifyEmail: endpoint({
    method: 'post',
    path: '/auth/verify-email',
    tag: 'auth',
    summary: 'Prove the e-mail address with the token from the mail',
    access: 'public',
    body: request.VerifyEmail,
    reply: view.Me,
    errors: ['UNAUTHENTICATED', 'TOKEN_EXPIRED'],
  }),
  resendVerification: endpoint({
    method: 'post',
    path: '/auth/verify-email/resend',
    tag: 'auth',
    summary: 'Send the mail again',
  }),
  getMe: endpoint({
    method: 'get',
    path: '/me',
    tag: 'me',
    summary: 'Oneself',
    reply: view.Me,
    etag: true,
  }),
  editMe: endpoint({
    method: 'patch',
    path: '/me',
    tag: 'me',
    summary: 'Change the nickname; If-Match guards against a stale copy',
    body: request.EditMe,
    reply: view.Me,
    errors: ['VERSION_CONFLICT'],
    etag: true,
  }),
  listMyListings: endpoint({
    method: 'get',
    path: '/me/listings',
    tag: 'me',
    summary: 'Own listings, newest first',
    query: z.strictObject(PageQuery),
    reply: page(view.Listing),
  }),
  registerDevice: endpoint({
    method: 'put',
    path: '/me/devices/:id',
    tag: 'me',
    summary: 'Register a device for push notifications',
    params: ById,
    body: request.RegisterDevice,
    reply: view.Device,
  }),
  removeDevice: endpoint({
    method: 'delete',
    path: '/me/devices/:id',
    tag: 'me',
    summary: 'Stop push notifications to a device',
    params: ById,
  }),
  getPushKey: endpoint({
    method: 'get',
    path: '/push/vapid-key',
    tag: 'me',
    summary: 'The key that a browser subscribes to Web Push with, where it is on (else 404)',
    access: 'public',
    reply: view.PushKey,
    errors: ['NOT_FOUND'],
  }),
  ...notificationEndpoints,
  getUser: endpoint({
    method: 'get',
    path: '/users/:id',
    tag: 'users',
    summary: 'A person, with the manner temperature and how it comes about',
    params: ById,
    reply: view.Profile,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  listCategories: endpoint({
    method: 'get',
    path: '/categories',
    tag: 'listings',
    summary: 'The categories',
    access: 'public',
    reply: z.object({
      items: z.array(z.object({ id: view.Category, ko: z.string(), en: z.string() })),
      nextCursor: Cursor.nullable(),
    }),
  }),
  createListing: endpoint({
    method: 'post',
    path: '/listings',
    tag: 'listings',
    summary: 'List a thing; it is in the feed of its area at once',
    access: 'verified',
    body: request.CreateListing,
    success: [201],
    reply: view.Listing,
    idempotent: true,
    etag: true,
  }),
  listListings: endpoint({
    method: 'get',
    path: '/listings',
    tag: 'listings',
    summary: 'The feed near a point',
    query: request.ListListings,
    reply: page(view.Listing),
  }),
  getListing: endpoint({
    method: 'get',
    path: '/listings/:id',
    tag: 'listings',
    summary: 'A listing',
    params: ById,
    reply: view.Listing,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  editListing: endpoint({
    method: 'patch',
    path: '/listings/:id',
    tag: 'listings',
    summary: "Change one's own listing; If-Match guards against a stale copy",
    params: ById,
    body: request.EditListing,
    reply: view.Listing,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'LISTING_UNAVAILABLE', 'VERSION_CONFLICT'],
    etag: true,
  }),
  removeListing: endpoint({
    method: 'delete',
    path: '/listings/:id',
    tag: 'listings',
    summary: "Remove one's own listing",
    params: ById,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'LISTING_UNAVAILABLE', 'VERSION_CONFLICT'],
  }),
  openConversation: endpoint({
    method: 'post',
    path: '/conversations',
    cost: costOf('conversation:open'),
    tag: 'conversations',
    summary:
      'Talk to the seller; opening twice is the same conversation (201 new, 200 known). The seller sees it from its first entry on',
    access: 'verified',
    body: request.OpenConversation,
    success: [201, 200],
    idempotent: true,
    reply: view.Conversation,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'LISTING_UNAVAILABLE'],
  }),
  listConversations: endpoint({
    method: 'get',
    path: '/conversations',
    cost: 2,
    tag: 'conversations',
    summary: 'The inbox, newest activity first',
    query: z.strictObject({ ...PageQuery, box: z.enum(['active', 'archived']).default('active') }),
    reply: page(view.Conversation),
  }),
  getConversation: endpoint({
    method: 'get',
    path: '/conversations/:id',
    cost: 1,
    tag: 'conversations',
    summary: 'One conversation',
    params: ById,
    reply: view.Conversation,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  readHistory: endpoint({
    method: 'get',
    path: '/conversations/:id/messages',
    cost: 2,
    tag: 'conversations',
    summary: 'The log: afterSeq ascends, beforeSeq descends (newest first without either)',
    params: ById,
    query: z
      .strictObject({
        beforeSeq: inAddress(Position).optional(),
        afterSeq: inAddress(Position).optional(),
        limit: PageQuery.limit,
      })
      .refine((query) => query.beforeSeq === undefined || query.afterSeq === undefined, {
        path: ['afterSeq'],
        message: 'goes not with beforeSeq',
      }),
    reply: z.object({
      items: z.array(view.Message),
      nextCursor: Cursor.nullable(),
      hasMore: z.boolean(),
    }),
    errors: ['NOT_FOUND'],
  }),
  sendMessage: endpoint({
    method: 'post',
    path: '/conversations/:id/messages',
    tag: 'conversations',
    summary: 'Send a message (201 new, 200 repeat)',
    access: 'verified',
    params: ById,
    body: request.MessageDraft,
    success: [201, 200],
    reply: MessageAnswer,
    errors: ['NOT_FOUND', 'CONVERSATION_CLOSED', 'IDEMPOTENCY_CONFLICT'],
  }),
  editMessage: endpoint({
    method: 'patch',
    path: '/conversations/:id/messages/:seq',
    tag: 'conversations',
    summary: `Change what one wrote, within ${limits.editSeconds / 60} minutes`,
    params: EntryOf,
    body: request.EditMessage,
    reply: view.ChangedMessage,
    errors: changeErrors,
  }),
  unsendMessage: endpoint({
    method: 'delete',
    path: '/conversations/:id/messages/:seq',
    tag: 'conversations',
    summary: `Take back what one sent, within ${limits.unsendSeconds / 60} minutes, for good`,
    params: EntryOf,
    body: request.UnsendMessage,
    reply: view.ChangedMessage,
    errors: changeErrors,
  }),
  changeMembership: endpoint({
    method: 'patch',
    path: '/conversations/:id/me',
    cost: 2,
    tag: 'conversations',
    summary: 'Mute, pin or archive for oneself; what arrives brings an archived one back',
    description: ownVersion,
    params: ById,
    body: request.ChangeMembership,
    reply: view.Conversation,
    errors: ['NOT_FOUND', 'VERSION_CONFLICT'],
    etag: true,
  }),
  leaveConversation: endpoint({
    method: 'delete',
    path: '/conversations/:id/me',
    cost: 2,
    tag: 'conversations',
    summary:
      'Leave: it is gone from the own lists and closed for both, until who left opens it again',
    params: ById,
    errors: ['NOT_FOUND', 'VERSION_CONFLICT'],
  }),
  searchMessages: endpoint({
    method: 'get',
    path: '/messages/search',
    cost: 5,
    tag: 'conversations',
    summary: `Search the newest ${limits.searchEntries.toLocaleString('en')} entries of one's own conversations`,
    query: request.SearchMessages,
    reply: view.SearchAnswer,
    errors: ['NOT_FOUND', 'RATE_LIMITED'],
  }),
  uploadImage: endpoint({
    method: 'post',
    path: '/images',
    tag: 'images',
    summary: 'Upload an image: multipart/form-data, field `image`; JPEG, PNG, WebP, GIF or AVIF',
    description:
      `At most ${limits.imageBytes / 1024 / 1024} MiB and ${millions(limits.imagePixels)} million pixels ` +
      `(a JPEG ${millions(limits.imagePixelsJpeg)} million), and no more than ${limits.imageMemoryBytes / 1024 / 1024} MiB ` +
      `of memory to read it; ${limits.imagesPerHour} in an hour. Kept at ${limits.imageFullEdge} pixels of the longer edge, ` +
      `without the metadata; one that no message used is deleted after ${limits.imageUnusedHours} hours.`,
    access: 'verified',
    upload: 'image',
    success: [201],
    idempotent: true,
    reply: view.Image,
    errors: ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_TYPE', 'RATE_LIMITED'],
  }),
  getImage: endpoint({
    method: 'get',
    path: '/images/:id/:variant',
    tag: 'images',
    summary: 'An image, as WebP; gone once its message is taken back',
    access: 'public',
    params: z.strictObject({ id: Id, variant: z.enum(['thumb', 'full']) }),
    download: 'image/webp',
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  listBlocks: endpoint({
    method: 'get',
    path: '/me/blocks',
    tag: 'me',
    summary: 'Whom one has blocked, newest first',
    query: z.strictObject(PageQuery),
    reply: page(view.Block),
  }),
  blockUser: endpoint({
    method: 'put',
    path: '/me/blocks/:userId',
    tag: 'me',
    summary: 'Block: conversations with this person are closed both ways, without saying why',
    params: z.strictObject({ userId: Id }),
    reply: view.Block,
    errors: ['NOT_FOUND', 'FORBIDDEN'],
  }),
  unblockUser: endpoint({
    method: 'delete',
    path: '/me/blocks/:userId',
    tag: 'me',
    summary: 'Lift a block; one that is not there is no error',
    params: z.strictObject({ userId: Id }),
  }),
  moveReceipts: endpoint({
    method: 'put',
    path: '/conversations/:id/receipts',
    cost: costOf('receipt:read'),
    tag: 'conversations',
    summary: "Move one's delivered and read positions; they never go back, read implies delivered",
    params: ById,
    body: request.MoveReceipts,
    reply: view.Receipts,
    errors: ['NOT_FOUND'],
  }),
  sync: endpoint({
    method: 'post',
    path: '/sync',
    cost: costOf('sync:pull'),
    tag: 'conversations',
    summary: 'What was missed, in one round trip (twin of sync:pull)',
    body: request.PullSync,
    reply: view.SyncAnswer,
  }),
  ...offerEndpoints,
  ...offerListEndpoints,
  ...giveAwayEndpoints,
  ...dealEndpoints,
  ...reviewEndpoints,
  ...listingStateEndpoints,
  ...moderationEndpoints,
  ...adminEndpoints,
  demoAccounts: endpoint({
    method: 'get',
    path: '/demo/accounts',
    tag: 'demo',
    summary: 'The demo people, where the demo is on (else 404)',
    access: 'public',
    reply: z.object({ items: z.array(view.DemoAccount), nextCursor: Cursor.nullable() }),
    errors: ['NOT_FOUND'],
  }),
} as const;

export type Endpoints = typeof endpoints;
export type ParamsOf<E> =
  E extends Endpoint<infer P, z.ZodType, z.ZodType, z.ZodType> ? z.output<P> : never;
export type QueryOf<E> =
  E extends Endpoint<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.output<Q> : never;
export type BodyOf<E> =
  E extends Endpoint<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.output<B> : never;
export type ReplyOf<E> =
  E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.output<R> : never;
