/** Haggle's client library: browser, React Native and Node. */
export { createHaggleClient } from './create-haggle-client.js';
export type {
  HaggleClient,
  HaggleClientOptions,
  HaggleEvents,
  OutboxHandle,
} from './create-haggle-client.js';
export type { Api, Call } from './api.js';
export { browserAppState } from './app-state.js';
export type { AppState } from './app-state.js';
export type { ConnectionState, Ready } from './connection.js';
export type { Entry } from './conversation-log.js';
export type { Draft, DraftFields, SendOptions } from './drafts.js';
export { HaggleError } from './haggle-error.js';
export type { HttpRequest } from './http.js';
export type { HaggleErrorCode, LocalErrorCode } from './haggle-error.js';
export { indexedDbOutbox } from './indexed-db-outbox.js';
export { memoryOutbox } from './outbox-storage.js';
export type { OutboxStorage, StoredMessage } from './outbox-storage.js';
export type { Sent } from './outbox.js';
export type { Upload } from './shrink-image.js';
export type { Readable } from './readable.js';
export type { Remembered } from './remembered.js';
export type { RoomHandle } from './room-handle.js';
export type { PendingMessage, RoomSnapshot } from './room.js';
export type { Locks } from './tab-locks.js';
export type { SavedSession, SessionTokens, StoredSession, TokenStorage } from './tokens.js';
export { openSocketIo } from './transport.js';
export type { ClientSocket, GiveAuth, OpenSocket } from './transport.js';
export { limits } from '../src/contract/limits.js';
export type {
  Block,
  Category,
  Conversation,
  DemoAccount,
  EditListing,
  Image,
  Listing,
  ListingState,
  Me,
  Message,
  MessageKind,
  Notice,
  Offer,
  OfferSide,
  OfferState,
  Place,
  Presence,
  SearchAnswer,
  User,
} from './contract-types.js';
