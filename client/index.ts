/** Haggle's client library: browser, React Native and Node. */
export { createHaggleClient } from './create-haggle-client.js';
export type { HaggleClient, HaggleClientOptions } from './create-haggle-client.js';
export type { Api, ListingDraft } from './api.js';
export type { ConnectionState } from './connection.js';
export type { Entry } from './conversation-log.js';
export { HaggleError } from './haggle-error.js';
export type { HaggleErrorCode } from './haggle-error.js';
export type { Readable } from './readable.js';
export type { RoomHandle } from './room-handle.js';
export type { PendingMessage, RoomSnapshot } from './room.js';
export type { SavedSession, TokenStorage } from './session.js';
export { openSocketIo } from './transport.js';
export type { ClientSocket, GiveAuth, OpenSocket } from './transport.js';
export { limits } from '../src/contract/limits.js';
export type {
  Category,
  Conversation,
  DemoAccount,
  EditListing,
  Listing,
  ListingState,
  Me,
  Message,
  Offer,
  OfferSide,
  OfferState,
  User,
} from './contract-types.js';
