/** Screens that nobody comes in by, or few ever open: their code is loaded when somebody does. */

import { loadedLater } from '../parts/loaded-later.js';

export const AccountScreen = loadedLater(
  async () => (await import('../account/account-screen.js')).AccountScreen,
);
export const AlertsScreen = loadedLater(
  async () => (await import('../screens/alerts.js')).AlertsScreen,
);
export const BlocksScreen = loadedLater(
  async () => (await import('../screens/blocks.js')).BlocksScreen,
);
export const ChatsScreen = loadedLater(
  async () => (await import('../screens/chats.js')).ChatsScreen,
);
export const EditScreen = loadedLater(async () => (await import('../screens/sell.js')).EditScreen);
export const FavouritesScreen = loadedLater(
  async () => (await import('../screens/favourites.js')).FavouritesScreen,
);
export const ListingOffersScreen = loadedLater(
  async () => (await import('../screens/listing-offers.js')).ListingOffersScreen,
);
export const MeScreen = loadedLater(async () => (await import('../screens/me.js')).MeScreen);
export const ModerationArea = loadedLater(
  async () => (await import('../moderation/moderation-area.js')).ModerationArea,
);
export const MyDealsScreen = loadedLater(
  async () => (await import('../screens/my-deals.js')).MyDealsScreen,
);
export const MyOffersScreen = loadedLater(
  async () => (await import('../screens/my-offers.js')).MyOffersScreen,
);
export const NotificationSettingsScreen = loadedLater(
  async () => (await import('../screens/notification-settings.js')).NotificationSettingsScreen,
);
export const NotificationsScreen = loadedLater(
  async () => (await import('../screens/notifications.js')).NotificationsScreen,
);
export const OperatorArea = loadedLater(
  async () => (await import('../operator/operator-area.js')).OperatorArea,
);
export const PersonScreen = loadedLater(
  async () => (await import('../screens/person.js')).PersonScreen,
);
export const SellScreen = loadedLater(async () => (await import('../screens/sell.js')).SellScreen);
