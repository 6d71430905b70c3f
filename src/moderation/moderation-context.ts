import { limits } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Conversations } from '../conversations/index.js';
import type { Listings } from '../listings/index.js';
import type { Users } from '../users/index.js';
import { AuditStore } from './audit.store.js';
import { ClaimStore } from './claim.store.js';
import { ReportStore } from './report.store.js';
import { WatchwordStore } from './watchword.store.js';

/** What everything in this slice works with. */
export type ModerationContext = ReturnType<typeof createModerationContext>;

export interface ModerationBelow {
  users: Users;
  listings: Listings;
  conversations: Conversations;
}

export function createModerationContext(context: Context, below: ModerationBelow) {
  const { mongo, quotas, clock, store, news, config } = context;
  const { users, blocks, sanctions, sanctioned, secondFactors } = below.users;
  const { conversations, messages, originals } = below.conversations;
  return {
    clock,
    news,
    /** Links to these lead nowhere else. */
    ownHosts: config.publicUrl === undefined ? [] : [new URL(config.publicUrl).host],
    users,
    blocks,
    sanctions,
    sanctioned,
    secondFactors,
    listings: below.listings.listings,
    presentListings: below.listings.present,
    moderateListing: below.listings.moderate,
    conversations,
    messages,
    originals,
    reports: store(new ReportStore(mongo)),
    claims: store(new ClaimStore(mongo)),
    audit: store(new AuditStore(mongo)),
    watchwords: store(new WatchwordStore(mongo)),
    /** Of reports that a person makes. */
    quota: quotas.window('reports', { limit: limits.reportsPerHour, seconds: 3600 }),
  };
}
