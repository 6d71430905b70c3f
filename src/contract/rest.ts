/**
 * All of REST in one table, from which the routes, the login check and the document are made. Long because it is one
 * entry after another; the trade (offers, deals, reviews) has files of its own in `rest/`.
 */
import { z } from 'zod';
import { costOf } from './costs.js';
import { changeErrors } from './errors.js';
import { limits } from './limits.js';
import { Id, PageQuery, Position, Seq, inAddress, page, repeatedId, named } from './primitives.js';
import * as request from './requests.js';
import { accountEndpoints } from './rest/accounts.js';
import { alertEndpoints } from './rest/alerts.js';
import { adminEndpoints } from './rest/admin.js';
import { dealEndpoints } from './rest/deals.js';
import { endpointsOf, type Endpoint } from './rest/endpoint.js';
import { hostEndpoints } from './rest/host.js';
import { listingEndpoints } from './rest/listings.js';
import { moderationEndpoints } from './rest/moderation.js';
import { operatorEndpoints } from './rest/operators.js';
import { notificationEndpoints } from './rest/notifications.js';
import { offerEndpoints } from './rest/offers.js';
import * as view from './views.js';

export { roleFor, takesIfMatch, type Access, type Endpoint } from './rest/endpoint.js';

const millions = (pixels: number): string => String(pixels / 1_000_000);

const ownVersion =
  '`If-Match` with the `ETag` of the conversation guards against another change of these settings by the same person; ' +
  'what is said there makes no copy of them stale.';

const EntryOf = z.strictObject({ id: Id, seq: inAddress(Seq) });

const MessageAnswer = named('MessageAnswer', {
  message: view.Message,
  duplicate: z.boolean(),
  ...repeatedId,
});

const me = endpointsOf('me');
const users = endpointsOf('users');
const listings = endpointsOf('listings');
const conversations = endpointsOf('conversations');
const images = endpointsOf('images');
const demo = endpointsOf('demo', 'public');

/** Every REST endpoint: routes, validation and the OpenAPI document are made from this table. */
export const endpoints = {
  ...accountEndpoints,
  listMyListings: me.get('/me/listings', {
    summary: 'Own listings, newest first; all of them, or those in one state',
    query: request.ListMyListings,
    reply: page(view.Listing),
  }),
  registerDevice: me.put('/me/devices/:id', {
    summary: 'Register a device for push notifications',
    body: request.RegisterDevice,
    reply: view.Device,
  }),
  removeDevice: me.delete('/me/devices/:id', { summary: 'Stop push notifications to a device' }),
  getPushKey: me.get('/push/vapid-key', {
    summary: 'The key that a browser subscribes to Web Push with, where it is on (else 404)',
    access: 'public',
    reply: view.PushKey,
    errors: ['NOT_FOUND'],
  }),
  ...notificationEndpoints,
  getUser: users.get('/users/:id', {
    summary: 'A person, with the manner temperature and how it comes about',
    access: 'guest',
    reply: view.Profile,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  listUserListings: users.get('/users/:id/listings', {
    summary: 'What a person sells and sold, newest first; all of it, or what is in one state',
    access: 'guest',
    query: request.ListUserListings,
    reply: page(view.Listing),
    errors: ['NOT_FOUND'],
  }),
  listCategories: listings.get('/categories', {
    summary: 'The categories',
    access: 'public',
    reply: page(z.object({ id: view.Category, ko: z.string(), en: z.string() })),
  }),
  createListing: listings.post('/listings', {
    summary: 'List a thing; it is in the feed of its area at once',
    access: 'verified',
    body: request.CreateListing,
    success: [201],
    reply: view.Listing,
    idempotent: true,
    etag: true,
  }),
  listListings: listings.get('/listings', {
    summary: 'The feed near a point, or what is found there',
    access: 'guest',
    query: request.ListListings,
    reply: view.ListingPage,
  }),
  getListing: listings.get('/listings/:id', {
    summary: 'A listing',
    access: 'guest',
    reply: view.Listing,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  editListing: listings.patch('/listings/:id', {
    summary: "Change one's own listing; If-Match guards against a stale copy",
    body: request.EditListing,
    reply: view.Listing,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'LISTING_UNAVAILABLE', 'VERSION_CONFLICT'],
    etag: true,
  }),
  removeListing: listings.delete('/listings/:id', {
    summary: "Remove one's own listing",
    errors: ['FORBIDDEN', 'NOT_FOUND', 'LISTING_UNAVAILABLE', 'VERSION_CONFLICT'],
  }),
  ...listingEndpoints,
  ...alertEndpoints,
  openConversation: conversations.post('/conversations', {
    summary:
      'Talk to the seller; opening twice is the same conversation (201 new, 200 known). The seller sees it from its first entry on',
    cost: costOf('conversation:open'),
    access: 'verified',
    body: request.OpenConversation,
    success: [201, 200],
    idempotent: true,
    reply: view.Conversation,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'LISTING_UNAVAILABLE'],
  }),
  listConversations: conversations.get('/conversations', {
    summary: 'The inbox, newest activity first',
    cost: 2,
    query: z.strictObject({ ...PageQuery, box: z.enum(['active', 'archived']).default('active') }),
    reply: page(view.Conversation),
  }),
  getConversation: conversations.get('/conversations/:id', {
    summary: 'One conversation',
    cost: 1,
    reply: view.Conversation,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  readHistory: conversations.get('/conversations/:id/messages', {
    summary: 'The log: afterSeq ascends, beforeSeq descends (newest first without either)',
    cost: 2,
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
    reply: page(view.Message).extend({ hasMore: z.boolean() }),
    errors: ['NOT_FOUND'],
  }),
  sendMessage: conversations.post('/conversations/:id/messages', {
    summary: 'Send a message (201 new, 200 repeat)',
    access: 'verified',
    body: request.MessageDraft,
    success: [201, 200],
    reply: MessageAnswer,
    errors: ['NOT_FOUND', 'CONVERSATION_CLOSED', 'IDEMPOTENCY_CONFLICT'],
  }),
  editMessage: conversations.patch('/conversations/:id/messages/:seq', {
    summary: `Change what one wrote, within ${limits.editSeconds / 60} minutes`,
    params: EntryOf,
    body: request.EditMessage,
    reply: view.ChangedMessage,
    errors: changeErrors,
  }),
  unsendMessage: conversations.delete('/conversations/:id/messages/:seq', {
    summary: `Take back what one sent, within ${limits.unsendSeconds / 60} minutes, for good`,
    params: EntryOf,
    body: request.UnsendMessage,
    reply: view.ChangedMessage,
    errors: changeErrors,
  }),
  changeMembership: conversations.patch('/conversations/:id/me', {
    summary: 'Mute, pin or archive for oneself; what arrives brings an archived one back',
    cost: 2,
    description: ownVersion,
    body: request.ChangeMembership,
    reply: view.Conversation,
    errors: ['NOT_FOUND', 'VERSION_CONFLICT'],
    etag: true,
  }),
  leaveConversation: conversations.delete('/conversations/:id/me', {
    summary:
      'Leave: it is gone from the own lists and closed for both, until who left opens it again',
    cost: 2,
    errors: ['NOT_FOUND', 'VERSION_CONFLICT'],
  }),
  searchMessages: conversations.get('/messages/search', {
    summary: `Search the newest ${limits.searchEntries.toLocaleString('en')} entries of one's own conversations`,
    cost: 5,
    query: request.SearchMessages,
    reply: view.SearchAnswer,
    errors: ['NOT_FOUND', 'RATE_LIMITED'],
  }),
  uploadImage: images.post('/images', {
    summary: 'Upload an image: multipart/form-data, field `image`; JPEG, PNG, WebP, GIF or AVIF',
    description:
      `At most ${limits.imageBytes / 1024 / 1024} MiB and ${millions(limits.imagePixels)} million pixels ` +
      `(a JPEG ${millions(limits.imagePixelsJpeg)} million), and no more than ${limits.imageMemoryBytes / 1024 / 1024} MiB ` +
      `of memory to read it; ${limits.imagesPerHour} in an hour. Kept at ${limits.imageFullEdge} pixels of the longer edge, ` +
      `without the metadata; one that neither a message nor a listing used is deleted after ${limits.imageUnusedHours} hours.`,
    access: 'verified',
    upload: 'image',
    success: [201],
    idempotent: true,
    reply: view.Image,
    errors: ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_TYPE', 'RATE_LIMITED'],
  }),
  beginUpload: images.post('/images/uploads', {
    summary:
      'An address in the storage to which a phone uploads an image by itself, where there is one (else 404)',
    description:
      'PUT the bytes of the file to `url`, without a token, before `expiresAt`; then complete the upload. ' +
      'The same files are taken as by `POST /images`, which is there in any case.',
    access: 'verified',
    success: [201],
    reply: view.DirectUpload,
    errors: ['NOT_FOUND'],
  }),
  completeUpload: images.post('/images/uploads/:id/complete', {
    summary: 'The image of an upload that went to the storage; again finds nothing any more',
    access: 'verified',
    success: [201],
    idempotent: true,
    reply: view.Image,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_TYPE', 'RATE_LIMITED'],
  }),
  getImage: images.get('/images/:id/:variant', {
    summary: 'An image, as WebP; gone once its message is taken back or its listing lets go of it',
    access: 'public',
    description:
      'Listings name their images with `v`: such an address may be kept for good, since other bytes would have another. ' +
      'All others are to be asked for again after five minutes.',
    params: z.strictObject({ id: Id, variant: z.enum(['thumb', 'full']) }),
    query: z.strictObject({ v: Id.optional().describe('Of the content, as listings name it') }),
    download: 'image/webp',
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  listBlocks: me.get('/me/blocks', {
    summary: 'Whom one has blocked, newest first',
    query: z.strictObject(PageQuery),
    reply: page(view.Block),
  }),
  blockUser: me.put('/me/blocks/:userId', {
    summary: 'Block: conversations with this person are closed both ways, without saying why',
    params: z.strictObject({ userId: Id }),
    reply: view.Block,
    errors: ['NOT_FOUND', 'FORBIDDEN'],
  }),
  unblockUser: me.delete('/me/blocks/:userId', {
    summary: 'Lift a block; one that is not there is no error',
    params: z.strictObject({ userId: Id }),
  }),
  moveReceipts: conversations.put('/conversations/:id/receipts', {
    summary: "Move one's delivered and read positions; they never go back, read implies delivered",
    cost: costOf('receipt:read'),
    body: request.MoveReceipts,
    reply: view.Receipts,
    errors: ['NOT_FOUND'],
  }),
  sync: conversations.post('/sync', {
    summary: 'What was missed, in one round trip (twin of sync:pull)',
    cost: costOf('sync:pull'),
    body: request.PullSync,
    reply: view.SyncAnswer,
  }),
  ...offerEndpoints,
  ...dealEndpoints,
  ...moderationEndpoints,
  ...adminEndpoints,
  ...hostEndpoints,
  ...operatorEndpoints,
  demoAccounts: demo.get('/demo/accounts', {
    summary: 'The demo people, where the demo is on (else 404)',
    reply: page(view.DemoAccount),
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
