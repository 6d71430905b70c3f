import type { Context } from '../context.js';
import { inTheNameOf } from '../platform/actor.js';
import { allOf } from '../platform/pages.js';
import { createAlertContext, type Below } from './alert-context.js';
import { createFollowSeller } from './follow-seller.js';
import { createHearers } from './hearers.js';
import { createKeepAlerts } from './keep-alerts.js';

export type { Hearing } from './hearers.js';
export type Alerts = ReturnType<typeof createAlerts>;
export type AlertCommands = Alerts['commands'];

/** Builds the slice: who waits for what, and who hears of a listing's news. */
export function createAlerts(context: Context, below: Below) {
  const alerts = createAlertContext(context, below);
  below.users.erasing.on(async (userId) => {
    await Promise.all([alerts.alerts.forget(userId), alerts.following.forget(userId)]);
  });
  const commands = { ...createKeepAlerts(alerts), ...createFollowSeller(alerts) };
  below.users.exporting.on((userId) => {
    const actor = inTheNameOf(userId);
    return {
      keywordAlerts: allOf((page) => commands.listKeywordAlerts(actor, page)),
      savedSearches: allOf((page) => commands.listSavedSearches(actor, page)),
      following: allOf((page) => commands.listFollowing(actor, page)),
    };
  });
  return {
    hearersOf: createHearers(alerts),
    commands,
  };
}
