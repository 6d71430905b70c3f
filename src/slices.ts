import type { Context } from './context.js';
import { createAlerts } from './alerts/index.js';
import { createConversations } from './conversations/index.js';
import { createListings } from './listings/index.js';
import { createMedia } from './media/index.js';
import { createModeration } from './moderation/index.js';
import { createNotifications } from './notifications/index.js';
import type { FanOut } from './platform/fan-out.js';
import { createTrade } from './trade/index.js';
import { createUsers } from './users/index.js';
import { createWebhooks } from './webhooks/index.js';

/** Builds the slices that gateways and workers have in common, each on those below it. */
export function createSlices(context: Context, fanOut: FanOut) {
  const users = createUsers(context);
  const media = createMedia(context, users);
  const listings = createListings(context, users, media);
  const conversations = createConversations(context, { users, listings, media, fanOut });
  const trade = createTrade(context, { users, listings, conversations });
  const moderation = createModeration(context, { users, listings, conversations });
  const alerts = createAlerts(context, { users, listings });
  const notifications = createNotifications(context, { users, listings, conversations, fanOut });
  const webhooks = createWebhooks(context, { listings, conversations, trade, moderation });
  return {
    users,
    listings,
    alerts,
    media,
    conversations,
    trade,
    moderation,
    notifications,
    webhooks,
  };
}
