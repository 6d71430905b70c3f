import { AlertStore } from '../alerts/alert.store.js';
import { FollowingStore } from '../alerts/following.store.js';
import { ConversationStore } from '../conversations/conversation.store.js';
import { InboxStore } from '../conversations/inbox.store.js';
import { MessageStore } from '../conversations/message.store.js';
import { OriginalStore } from '../conversations/original.store.js';
import { HostKeyStore } from '../host/host-key.store.js';
import { HostedListingStore } from '../host/hosted-listing.store.js';
import { IdempotencyStore } from '../http/idempotency.store.js';
import { FavouriteStore } from '../listings/favourite.store.js';
import { ListingCountStore } from '../listings/listing-count.store.js';
import { ListingStore } from '../listings/listing.store.js';
import { MongoListingSearch } from '../listings/mongo-listing-search.js';
import { PastPriceStore } from '../listings/past-price.store.js';
import { Views } from '../listings/views.js';
import { ImageStore } from '../media/image.store.js';
import { AuditStore } from '../moderation/audit.store.js';
import { ClaimStore } from '../moderation/claim.store.js';
import { ReportStore } from '../moderation/report.store.js';
import { WatchwordStore } from '../moderation/watchword.store.js';
import { DecisionStore } from '../notifications/decision.store.js';
import { DeliveryStore } from '../notifications/delivery.store.js';
import { DeviceStore } from '../notifications/device.store.js';
import { NotificationStore } from '../notifications/notification.store.js';
import { SettingsStore } from '../notifications/settings.store.js';
import { DevMailbox } from '../platform/mail.js';
import type { StoreClass } from '../platform/store.js';
import { ContestStore } from '../trade/contest.store.js';
import { DealStore } from '../trade/deal.store.js';
import { OfferStore } from '../trade/offer.store.js';
import { ReviewStore } from '../trade/review.store.js';
import { BlockStore } from '../users/block.store.js';
import { ExportStore } from '../users/export.store.js';
import { HostedPersonStore } from '../users/hosted-person.store.js';
import { SanctionStore } from '../users/sanction.store.js';
import { SecondFactorStore } from '../users/second-factor.store.js';
import { SessionStore } from '../users/session.store.js';
import { UserStore } from '../users/user.store.js';
import { WebhookEventStore } from '../webhooks/event.store.js';
import { WebhookLaneStore } from '../webhooks/lane.store.js';

/** Every store that has collections of its own. */
export const stores: readonly StoreClass[] = [
  AlertStore,
  AuditStore,
  BlockStore,
  ClaimStore,
  ContestStore,
  ConversationStore,
  DealStore,
  DecisionStore,
  DeliveryStore,
  DevMailbox,
  DeviceStore,
  ExportStore,
  FavouriteStore,
  FollowingStore,
  HostedListingStore,
  HostedPersonStore,
  HostKeyStore,
  IdempotencyStore,
  ImageStore,
  InboxStore,
  ListingCountStore,
  ListingStore,
  MessageStore,
  MongoListingSearch,
  NotificationStore,
  OfferStore,
  OriginalStore,
  PastPriceStore,
  ReportStore,
  ReviewStore,
  SanctionStore,
  SecondFactorStore,
  SessionStore,
  SettingsStore,
  UserStore,
  Views,
  WatchwordStore,
  WebhookEventStore,
  WebhookLaneStore,
];

/** Throws for a store whose collections no migration would make: a mistake in this version. */
export function mustBeListed(built: readonly object[]): void {
  const listed = new Set<unknown>(stores);
  const unlisted = built.find((store) => !listed.has(store.constructor));
  if (unlisted)
    throw new Error(`${unlisted.constructor.name} is missing in src/migrations/stores.ts`);
}
