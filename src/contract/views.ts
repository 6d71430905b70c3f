/**
 * The shapes that leave the server, a file per area. Clients ignore fields they don't know: inside a version there are
 * only additions.
 */
export * from './views/people.js';
export * from './views/images.js';
export * from './views/listings.js';
export * from './views/offers.js';
export * from './views/deals.js';
export * from './views/alerts.js';
export * from './views/reviews.js';
export * from './views/messages.js';
export * from './views/notifications.js';
export * from './views/service.js';
export * from './views/reports.js';
export * from './views/moderation.js';
export * from './views/webhooks.js';
export * from './views/admin.js';
export * from './views/host.js';
