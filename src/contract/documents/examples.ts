/**
 * An example of every view and event, for the documents; a test holds each against its schema. Long because it is a
 * list.
 */
import type { ClientEventName, ServerEventName } from '../events.js';
import type * as view from '../views.js';

const ids = {
  buyer: '0199f3b2-8a4e-7c33-9d5e-1f2a3b4c5d6e',
  seller: '0199f3b2-91d0-7a10-8f21-6a5b4c3d2e1f',
  listing: '0199f3b4-02c7-7e55-b0a9-77c1d2e3f405',
  conversation: 'b1f6a2de-5c0b-5d1e-9b7a-3c2d1e0f9a8b',
  message: '0199f3b6-4f10-7b02-a6c3-0d9e8f7a6b5c',
  offer: '0199f3b7-1a2b-7c3d-8e4f-5a6b7c8d9e0f',
  deal: '0199f3b8-33bb-7d22-9cad-3e4f5a6b7c8d',
  alert: '5d8b1a3e-0c9f-5b1e-8f7a-4c3d2e1f0a9b',
  session: '0199f3b2-8b11-7d44-a1b2-c3d4e5f60718',
  clientMessage: '5f0c3e5a-6f0b-4a57-9f4e-6a8e3b1c2d4f',
  clientChange: '9d4b1f7e-2c3a-4e58-8b6d-1f0e2d3c4b5a',
  clientOffer: 'c2a8a5c1-0f5d-4a0e-8d3b-7b9d1e2f3a4c',
};
const at = '2026-03-02T09:15:04.120Z';
const accessToken = 'eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl';
const refreshToken = 'r1.3q2-7wAbCdEfGhIjKlMnOpQrStUvWxYz';

const buyer: view.User = {
  id: ids.buyer,
  nickname: 'Minji',
  createdAt: '2026-01-11T02:00:00.000Z',
};
const seller: view.User = {
  id: ids.seller,
  nickname: 'Junho',
  createdAt: '2025-11-30T08:30:00.000Z',
};
const profile: view.Profile = {
  ...seller,
  temperature: 37.3,
  manner: {
    temperature: 37.3,
    sum: 1.5,
    parts: [
      { kind: 'great', value: 1.5, count: 1, weighted: 1.5 },
      { kind: 'bad', value: -3, count: 0, weighted: 0 },
    ],
    formula: {
      version: 1,
      start: 36.5,
      halfLifeDays: 120,
      windowDays: 365,
      text: 'S ≥ 0: 36.5 + 62.5 · (1 − e^(−S / 115))',
    },
    counts: { sold: 1, bought: 0, reviews: 1, noShows: 0 },
    tags: [{ tag: 'onTime', count: 1 }],
    asOf: at,
  },
};
const me: view.Me = {
  ...buyer,
  email: 'minji@example.com',
  emailVerified: true,
  mustVerifyEmail: false,
  neighbourhood: {
    name: 'Mangwon-dong',
    location: { latitude: 37.556, longitude: 126.905 },
    provenAt: buyer.createdAt,
    provenUntil: at,
  },
  mustProveNeighbourhood: false,
};

const image: view.Image = {
  id: 'Qm3ZJ0v7cXg1sT9aLrW2uYp8dKfE5hBn',
  urls: {
    thumb: '/v1/images/Qm3ZJ0v7cXg1sT9aLrW2uYp8dKfE5hBn/thumb',
    full: '/v1/images/Qm3ZJ0v7cXg1sT9aLrW2uYp8dKfE5hBn/full',
  },
  width: 1_600,
  height: 1_200,
  thumbhash: '3OcRJYB4d3h/iIeHeEh3eIhw+j3A',
};

const listing: view.Listing = {
  id: ids.listing,
  seller,
  title: 'Road bike, size 54',
  description: 'Ridden for two summers, new chain.',
  price: 250_000,
  currency: 'KRW',
  category: 'sports',
  images: [image],
  location: { latitude: 37.556, longitude: 126.905 },
  distanceKm: 1.2,
  state: 'onSale',
  favourite: false,
  counts: { favourites: 4, conversations: 2, views: 61 },
  offers: { enabled: true },
  version: 3,
  bumpedAt: '2026-03-01T18:00:00.000Z',
  createdAt: '2026-02-27T10:12:00.000Z',
  abilities: { edit: false, remove: false, contact: true, offer: true },
};

const notification: view.Notification = {
  id: ids.message,
  category: 'offer',
  template: 'offer.made',
  params: { amount: 220_000 },
  conversationId: ids.conversation,
  seq: 7,
  fallbackText: '가격 제안 220,000원',
  fallbackTexts: { ko: '가격 제안 220,000원', en: 'Offer: ₩220,000' },
  read: false,
  createdAt: at,
};

const notificationSettings: view.NotificationSettings = {
  categories: { chat: true, offer: true, deal: true, reminder: true, alert: false },
  quietHours: { from: '22:00', to: '08:00' },
  preview: true,
};

const message: view.Message = {
  id: ids.message,
  conversationId: ids.conversation,
  seq: 7,
  senderId: ids.buyer,
  kind: 'text',
  text: 'Is it still available?',
  state: 'active',
  fallbackText: 'Is it still available?',
  createdAt: at,
};

const offer: view.Offer = {
  id: ids.offer,
  conversationId: ids.conversation,
  listingId: ids.listing,
  buyerId: ids.buyer,
  sellerId: ids.seller,
  amount: 220_000,
  currency: 'KRW',
  note: 'I can pick it up today',
  state: 'awaitingSeller',
  turn: 'seller',
  version: 1,
  expiresAt: '2026-03-03T09:16:30.000Z',
  moves: [{ by: 'buyer', amount: 220_000, at: '2026-03-02T09:16:30.000Z' }],
};

const offerEntry: view.Message = {
  id: '0199f3b7-1a99-7f00-9a8b-1c2d3e4f5a6b',
  conversationId: ids.conversation,
  seq: 8,
  senderId: ids.buyer,
  kind: 'offer',
  offer: { ...offer, act: 'made' },
  state: 'active',
  fallbackText: '가격 제안 220,000원',
  fallbackTexts: { ko: '가격 제안 220,000원', en: 'Offer: ₩220,000' },
  createdAt: '2026-03-02T09:16:30.000Z',
};

const accepted: view.Offer = { ...offer, state: 'accepted', turn: null, version: 2 };
const acceptedEntry: view.Message = {
  ...offerEntry,
  id: '0199f3b8-22aa-7c11-8b9c-2d3e4f5a6b7c',
  seq: 9,
  senderId: ids.seller,
  offer: { ...accepted, act: 'accepted' },
  fallbackText: '제안 수락 220,000원',
  fallbackTexts: { ko: '제안 수락 220,000원', en: 'Offer accepted: ₩220,000' },
  createdAt: '2026-03-02T09:20:11.870Z',
};

const conversation: view.Conversation = {
  id: ids.conversation,
  listing: {
    id: ids.listing,
    title: listing.title,
    thumb: image.urls.thumb,
    price: listing.price,
    currency: 'KRW',
    state: 'onSale',
    category: 'sports',
    offers: { enabled: true },
  },
  buyer,
  seller,
  lastMessage: message,
  lastSeq: 7,
  unread: 0,
  cursors: {
    [ids.buyer]: { deliveredSeq: 7, readSeq: 7 },
    [ids.seller]: { deliveredSeq: 7, readSeq: 6 },
  },
  muted: false,
  pinned: false,
  archived: false,
  closed: false,
  abilities: { offer: true },
};

const edit: view.Message = {
  ...message,
  id: '0199f3b6-7c21-7d14-b8e5-2a1b0c9d8e7f',
  seq: 8,
  kind: 'edit',
  text: 'Is the bike still available?',
  targetSeq: 7,
  fallbackText: '수정된 메시지: Is the bike still available?',
  fallbackTexts: {
    ko: '수정된 메시지: Is the bike still available?',
    en: 'Edited: Is the bike still available?',
  },
};
const edited: view.ChangedMessage = {
  message: edit,
  target: { ...message, text: edit.text, state: 'edited', editedAt: at },
  duplicate: false,
};
const nothing = {
  text: undefined,
  fallbackText: '삭제된 메시지예요',
  fallbackTexts: { ko: '삭제된 메시지예요', en: 'This message was deleted' },
};
const unsent: view.ChangedMessage = {
  message: { ...edit, ...nothing, kind: 'unsend' },
  target: { ...message, ...nothing, state: 'unsent' },
  duplicate: false,
};
const presence: view.Presence = { userId: ids.seller, online: false, lastActiveAt: at };

const syncAnswer: view.SyncAnswer = {
  conversations: [conversation],
  messages: [message],
  holes: [],
  cursor: 'WyJ4Mkw5IiwxNzcyNDQyOTA0MTIwXQ',
  complete: true,
  unread: 0,
  epoch: '0199f3b2-0000-7000-8000-2b1c3d4e5f60',
};

const meeting: view.Appointment = {
  at: '2026-03-03T10:00:00.000Z',
  place: { name: 'Hapjeong station, exit 5', point: { latitude: 37.5496, longitude: 126.9139 } },
  state: 'proposed',
  by: 'buyer',
  version: 1,
};
const deal: view.Deal = {
  id: ids.deal,
  conversationId: ids.conversation,
  offerId: ids.offer,
  listing: { ...conversation.listing, state: 'reserved' },
  buyer,
  seller,
  amount: 220_000,
  currency: 'KRW',
  state: 'open',
  appointment: meeting,
  question: null,
  reviews: null,
  version: 2,
  createdAt: '2026-03-02T09:20:11.870Z',
  endedAt: null,
  abilities: {
    propose: true,
    confirm: true,
    complete: true,
    cancel: true,
    reportNoShow: false,
    keep: false,
    review: false,
  },
};

/** By component name. */
export const viewExamples: Record<string, unknown> = {
  User: seller,
  Profile: profile,
  Me: me,
  SignedIn: { user: me, accessToken, refreshToken, expiresIn: 900 },
  Listing: listing,
  ListingCounts: { favourites: 4, conversations: 2, views: 61 },
  ListingPrice: { price: 250_000, currency: 'KRW', at: listing.bumpedAt },
  KeywordAlert: { id: ids.alert, keyword: 'road bike', maxPrice: 300_000, createdAt: at },
  SavedSearch: {
    id: ids.alert,
    q: 'road bike',
    near: listing.location,
    radiusKm: 5,
    category: 'sports',
    createdAt: at,
  },
  Following: { user: seller, createdAt: at },
  SearchSuggestions: { words: ['Road bike', 'Road bike, size 54'], categories: ['sports'] },
  Message: message,
  Image: image,
  DirectUpload: {
    id: ids.message,
    url: 'https://s3.ap-northeast-2.amazonaws.com/our-images/uploads/…?X-Amz-Signature=…',
    expiresAt: at,
  },
  Offer: offer,
  Deal: deal,
  Conversation: conversation,
  SyncAnswer: syncAnswer,
  Receipts: { deliveredSeq: 7, readSeq: 7, unread: 0 },
  Notification: notification,
  NotificationSettings: notificationSettings,
  OfferWithEntry: { offer, message: offerEntry },
  ChangedMessage: edited,
  MessageAnswer: { message, duplicate: false },
  Problem: {
    type: '/docs/errors#VALIDATION_FAILED',
    title: 'The request is not valid',
    status: 422,
    detail: 'The request is not valid',
    instance: '/v1/listings',
    code: 'VALIDATION_FAILED',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    errors: [{ path: 'title', message: 'Too small: expected string to have >=1 characters' }],
  },
};

const draft = { clientMessageId: ids.clientMessage, text: 'Is it still available?' };
const offerDraft = {
  clientMessageId: ids.clientOffer,
  amount: 220_000,
  note: 'I can pick it up today',
};
const editDraft = { clientMessageId: ids.clientChange, text: 'Is the bike still available?' };
const pull = { known: [{ conversationId: ids.conversation, seq: 6 }], cursor: syncAnswer.cursor };

/** Request bodies by operation. */
export const bodyExamples: Record<string, unknown> = {
  makeReport: {
    targetType: 'message',
    targetId: ids.message,
    reason: 'fraud',
    note: 'Asks to be paid in advance',
  },
  contestNoShow: { text: 'I waited at exit 2 until seven, you were at exit 1' },
  decideContest: { verdict: 'overturn', note: 'Both sent photos of the place' },
  decideReport: { verdict: 'suspend', reason: 'fraud', days: 7, note: 'Third report this week' },
  sanctionUser: { kind: 'warning', reason: 'harassment' },
  blindListing: { reason: 'prohibitedItem' },
  setRole: { role: 'moderator' },
  setUpSecondFactor: { password: 'correct horse battery' },
  confirmSecondFactor: { code: '287082' },
  showSecondFactor: { code: '081804' },
  addWatchword: { kind: 'bannedTerm', text: 'cigarettes' },
  redriveDeadLetters: { reason: 'refused: the sender is not known' },
  replayWebhooks: { from: '2026-03-02T00:00:00.000Z', to: at, types: ['message.created'] },
  signUp: { email: 'minji@example.com', password: 'correct horse battery', nickname: 'Minji' },
  logIn: { email: 'minji@example.com', password: 'correct horse battery' },
  refresh: { refreshToken },
  verifyEmail: { token: 'the-token-from-the-mail' },
  editMe: { nickname: 'Minji' },
  setNeighbourhood: { latitude: 37.556, longitude: 126.905, accuracy: 35, name: 'Mangwon-dong' },
  setAvatar: { imageId: image.id },
  askPasswordReset: { email: 'minji@example.com' },
  resetPassword: { token: 'the-token-from-the-mail', password: 'another long password' },
  changePassword: { password: 'correct horse battery', newPassword: 'another long password' },
  changeEmail: { email: 'minji@another.example', password: 'correct horse battery' },
  putHostUser: { nickname: 'Minji' },
  putHostListing: {
    sellerExternalId: 'user-4711',
    title: listing.title,
    description: listing.description,
    price: listing.price,
    category: 'sports',
    imageIds: [image.id],
    location: listing.location,
  },
  mintHostToken: { externalId: 'user-4711' },
  createHostKey: { name: 'Catalogue', scopes: ['users', 'listings'] },
  deleteAccount: { password: 'correct horse battery' },
  changeNotificationSettings: {
    categories: { alert: false },
    quietHours: { from: '22:00', to: '08:00' },
  },
  readNotifications: { upTo: ids.message },
  registerDevice: { provider: 'log', token: 'phone-1', locale: 'ko', timeZone: 'Asia/Seoul' },
  createListing: {
    title: listing.title,
    description: listing.description,
    price: listing.price,
    category: 'sports',
    imageIds: [image.id],
    location: listing.location,
  },
  editListing: { price: 230_000 },
  addKeywordAlert: { keyword: 'road bike', maxPrice: 300_000 },
  addSavedSearch: { q: 'road bike', near: listing.location, radiusKm: 5, category: 'sports' },
  openConversation: { listingId: ids.listing },
  sendMessage: draft,
  editMessage: editDraft,
  unsendMessage: { clientMessageId: ids.clientChange },
  changeMembership: { muted: true },
  moveReceipts: { deliveredSeq: 7, readSeq: 7 },
  sync: pull,
  makeOffer: offerDraft,
  acceptOffer: { amount: 220_000, version: 1, clientMessageId: ids.clientOffer },
  counterOffer: { amount: 235_000, version: 1, clientMessageId: ids.clientOffer },
  declineOffer: { version: 1, clientMessageId: ids.clientOffer },
  declineOffersOfListing: { offerIds: [ids.offer], clientMessageId: ids.clientOffer },
  askForGiveAway: { note: 'I can pick it up today', clientMessageId: ids.clientOffer },
  acceptRequest: { version: 1, clientMessageId: ids.clientOffer },
  declineRequest: { version: 1, clientMessageId: ids.clientOffer },
  withdrawRequest: { version: 1, clientMessageId: ids.clientOffer },
  withdrawOffer: { version: 1, clientMessageId: ids.clientOffer },
  writeReview: { rating: 'great', tags: ['onTime', 'asDescribed'], text: 'Thank you!' },
  changeListingState: { state: 'reserved', buyerId: ids.buyer },
  setAppointment: { at: meeting.at, place: meeting.place, clientMessageId: ids.clientOffer },
  confirmAppointment: { appointmentVersion: 1, clientMessageId: ids.clientOffer },
  completeDeal: { version: 4, clientMessageId: ids.clientOffer },
  cancelDeal: { reason: 'cannotMeet', version: 4, clientMessageId: ids.clientOffer },
  reportNoShow: { version: 4, clientMessageId: ids.clientOffer },
  keepDeal: { version: 4, clientMessageId: ids.clientOffer },
};

const receipt = { conversationId: ids.conversation, seq: 7 };

/** Payload and `data` of the acknowledgement, by client event. */
export const clientEventExamples: Partial<
  Record<ClientEventName, { payload: unknown; data: unknown }>
> = {
  'conversation:open': { payload: { listingId: ids.listing }, data: { conversation } },
  'message:send': {
    payload: { conversationId: ids.conversation, ...draft },
    data: { message, duplicate: false },
  },
  'message:edit': {
    payload: { conversationId: ids.conversation, seq: 7, ...editDraft },
    data: edited,
  },
  'message:unsend': {
    payload: { conversationId: ids.conversation, seq: 7, clientMessageId: ids.clientChange },
    data: unsent,
  },
  'receipt:delivered': { payload: receipt, data: { deliveredSeq: 7, readSeq: 5, unread: 2 } },
  'receipt:read': { payload: receipt, data: { deliveredSeq: 7, readSeq: 7, unread: 0 } },
  'typing:set': { payload: { conversationId: ids.conversation, typing: true }, data: {} },
  'presence:watch': { payload: { userIds: [ids.seller] }, data: { presences: [presence] } },
  'presence:unwatch': { payload: { userIds: [ids.seller] }, data: { presences: [] } },
  'listing:watch': { payload: { listingIds: [ids.listing] }, data: {} },
  'listing:unwatch': { payload: { listingIds: [ids.listing] }, data: {} },
  'offer:make': {
    payload: { conversationId: ids.conversation, ...offerDraft },
    data: { offer, message: offerEntry },
  },
  'offer:respond': {
    payload: {
      offerId: ids.offer,
      action: 'accept',
      amount: 220_000,
      version: 1,
      clientMessageId: ids.clientOffer,
    },
    data: { offer: accepted, message: acceptedEntry },
  },
  'sync:pull': { payload: pull, data: syncAnswer },
  'session:refresh': {
    payload: { token: accessToken },
    data: { expiresAt: '2026-03-02T09:30:04.000Z' },
  },
};

/** Payload by server event. */
export const serverEventExamples: Partial<Record<ServerEventName, unknown>> = {
  'session:ready': {
    userId: ids.buyer,
    sessionId: ids.session,
    nodeId: 'gateway-1',
    protocol: 1,
    epoch: '0199f3a0-0000-7000-8000-000000000001',
    serverTime: at,
    limits: { textLength: 4_000, messagesPerSecond: 5, messageBurst: 20 },
    directUploads: true,
  },
  'message:new': { message, clientMessageId: ids.clientMessage },
  'receipt:updated': {
    conversationId: ids.conversation,
    userId: ids.seller,
    deliveredSeq: 7,
    readSeq: 7,
  },
  'conversation:updated': conversation,
  'listing:updated': listing,
  'notification:new': notification,
  'sync:hint': { conversationId: ids.conversation, lastSeq: 9 },
  typing: { conversationId: ids.conversation, userId: ids.seller, typing: true },
  presence,
  'session:revoked': { reason: 'signedOut' },
  'server:draining': { reconnectInMs: 1_800 },
};

/** What the handshake sends, and how a refusal looks. */
export const handshakeExamples = {
  auth: { token: accessToken, deviceId: 'phone-1', protocol: 1 },
  refusal: { code: 'TOKEN_EXPIRED', retryable: false },
};

/** An acknowledgement that says no. */
export const refusalExample = {
  code: 'RATE_LIMITED',
  message: 'Too many requests',
  retryable: true,
  retryAfterMs: 400,
};
