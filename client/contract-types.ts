/**
 * The shapes of the contract that an app meets. Types only: the schemas and zod stay on the server. The published
 * package holds each of them written out (scripts/build-client.mjs), so nothing generic belongs here.
 */
import type { ClientEventName, DataOf, PayloadOf, ServerToClient } from '../src/contract/events.js';
import type { Endpoints, ReplyOf } from '../src/contract/rest.js';

export type {
  AccountExport,
  Appointment,
  AuditEntry,
  Block,
  CancelReason,
  Category,
  ContestInQueue,
  ContestedNoShow,
  Conversation,
  Deal,
  DeadLetter,
  DeliveryTrace,
  Following,
  KeywordAlert,
  Notification,
  NotificationSettings,
  SavedSearch,
  DemoAccount,
  Image,
  Listing,
  ListingPrice,
  ListingState,
  MannerPart,
  Me,
  Message,
  MessageKind,
  Notice,
  Offer,
  OfferAbilities,
  OfferCard,
  OfferSide,
  OfferState,
  OwnReview,
  Place,
  Presence,
  Profile,
  Rating,
  ReportInQueue,
  ReportReason,
  ReportTarget,
  ReportedSubject,
  Sanction,
  Review,
  ReviewTag,
  SearchAnswer,
  Session,
  SearchSuggestions,
  SignedIn,
  SyncAnswer,
  TracedRecipient,
  User,
  Verdict,
  WebhookEvent,
  WebhookState,
  WebhookType,
} from '../src/contract/views.js';
export type {
  ActOnDeal,
  AddKeywordAlert,
  AddSavedSearch,
  ChangeNotificationSettings,
  AskForGiveAway,
  CancelDeal,
  ChangeListingState,
  ChangeMembership,
  ConfirmAppointment,
  CreateListing,
  DeclineOffers,
  EditListing,
  ListListings,
  ListMyDeals,
  ListMyListings,
  ListMyOffers,
  ListOffers,
  ListUserListings,
  RegisterDevice,
  SearchMessages,
  SetAppointment,
  SetNeighbourhood,
  SignUp,
  WriteReview,
} from '../src/contract/requests.js';
export type { MakeReport } from '../src/contract/rest/moderation.js';
export type { OneMessage, ReplayWebhooks } from '../src/contract/rest/admin.js';
export type { DecideContest, DecideReport, SanctionUser } from '../src/contract/rest/operators.js';
export type { ErrorCode, FieldError } from '../src/contract/errors.js';
export type { ClientEventName, ServerEventName } from '../src/contract/events.js';
export type { AckError } from '../src/contract/events.js';

/** The payload of each event that a client sends. */
export type Payloads = { [Name in ClientEventName]: PayloadOf<Name> };
/** The data in the acknowledgement of each such event. */
export type Answers = { [Name in ClientEventName]: DataOf<Name> };
/** The payload of each event that the server sends. */
export type ServerEvents = { [Name in keyof ServerToClient]: Parameters<ServerToClient[Name]>[0] };
/** The answer of each REST endpoint, by its name in the contract. */
export type Replies = { [Name in keyof Endpoints]: ReplyOf<Endpoints[Name]> };
