import type { request, view } from '../contract/index.js';
import { derivedId } from '../domain/ids.js';
import { mustHaveRoom, tokensToKeep, type AlertKind, type Wanted } from '../domain/wanted.js';
import { presentKeywordAlert, presentSavedSearch, wantedBy } from '../domain/wanted-view.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import type { AlertContext } from './alert-context.js';
import type { Alert } from './alert.store.js';

interface Page {
  limit: number;
  cursor?: string | undefined;
}

/** Keyword alerts and saved searches: kept, listed, given up. */
export function createKeepAlerts({ alerts, clock }: AlertContext) {
  /** `isNew`: false: the person waits for the same already. */
  const keep = async ({ userId }: Actor, kind: AlertKind, wanted: Wanted) => {
    const tokens = tokensToKeep(kind, wanted);
    const id = derivedId('alert', userId, kind, JSON.stringify(wanted));
    const known = await alerts.get(id);
    if (known) return { alert: known, isNew: false };
    mustHaveRoom(kind, await alerts.count(userId, kind));
    const alert: Alert = { id, userId, kind, ...wanted, createdAt: clock() };
    return { alert, isNew: await alerts.add(alert, tokens) };
  };

  const list = async <View>(
    { userId }: Actor,
    kind: AlertKind,
    query: Page,
    present: (alert: Alert) => View,
  ) => {
    const { shown, nextCursor } = await readPage(
      ['alerts', userId, kind],
      query,
      (after, limit) => alerts.ofPerson(userId, kind, limit, after),
      ({ createdAt, id }) => [createdAt.getTime(), id],
    );
    return { items: shown.map(present), nextCursor };
  };

  return {
    /** Throws VALIDATION_FAILED (too vague), FORBIDDEN (too many). The same again changes nothing. */
    async addKeywordAlert(
      actor: Actor,
      asked: request.AddKeywordAlert,
    ): Promise<{ alert: view.KeywordAlert; isNew: boolean }> {
      const { alert, isNew } = await keep(
        actor,
        'keyword',
        wantedBy({ q: asked.keyword, ...asked }),
      );
      return { alert: presentKeywordAlert(alert), isNew };
    },

    /** The same. */
    async addSavedSearch(
      actor: Actor,
      asked: request.AddSavedSearch,
    ): Promise<{ search: view.SavedSearch; isNew: boolean }> {
      const { alert, isNew } = await keep(actor, 'search', wantedBy(asked));
      return { search: presentSavedSearch(alert), isNew };
    },

    listKeywordAlerts: (actor: Actor, query: Page) =>
      list(actor, 'keyword', query, presentKeywordAlert),
    listSavedSearches: (actor: Actor, query: Page) =>
      list(actor, 'search', query, presentSavedSearch),
    removeKeywordAlert: ({ userId }: Actor, id: string) => alerts.remove(userId, 'keyword', id),
    removeSavedSearch: ({ userId }: Actor, id: string) => alerts.remove(userId, 'search', id),
  };
}
