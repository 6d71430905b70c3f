/** The shapes of the contract that an app meets. Types only: the schemas and zod stay on the server. */
export type {
  Category,
  Conversation,
  DemoAccount,
  Listing,
  ListingState,
  Me,
  Message,
  Offer,
  OfferAct,
  OfferSide,
  OfferState,
  Receipts,
  SignedIn,
  SyncAnswer,
  User,
} from '../src/contract/views.js';
export type {
  CreateListing,
  EditListing,
  ListListings,
  LogIn,
  SignUp,
} from '../src/contract/requests.js';
export type { ErrorCode, FieldError } from '../src/contract/errors.js';
export type {
  Ack,
  AckError,
  ClientEventName,
  ClientToServer,
  DataOf,
  PayloadOf,
  ServerEventName,
  ServerToClient,
} from '../src/contract/events.js';
export type { Endpoints, ReplyOf } from '../src/contract/rest.js';
