import { fieldsOf, presentAudit } from '../domain/audit.js';
import { readPage } from '../platform/pages.js';
import type { ModerationContext } from './moderation-context.js';
import { namesOf } from './roles.js';

/** The trail of what operators do. An act is written down before it is done, so that none goes without. */
export const createAudit = ({
  audit,
  users,
  clock,
}: Pick<ModerationContext, 'audit' | 'users' | 'clock'>) => ({
  /** `what`: the name of the act in the contract. Throws UNAVAILABLE: then the act must not be done. */
  note: (by: string, what: string, input: object): Promise<void> =>
    audit.add({ at: clock(), by, what, input: fieldsOf(input) }),

  /** `of`: somebody with a role, whose address was given. */
  failedLogin: (from: string, of: string | undefined): Promise<void> =>
    audit.add({
      at: clock(),
      by: null,
      what: 'failedLogin',
      from,
      input: fieldsOf({ id: of }),
    }),

  async list(query: { limit: number; cursor?: string | undefined }) {
    const { shown, nextCursor } = await readPage(
      ['audit'],
      query,
      (after, limit) => audit.page(limit, after),
      ({ at, id }) => [at.getTime(), id],
    );
    const nameOf = await namesOf(
      { users },
      shown.map(({ by }) => by),
    );
    return { items: shown.map((entry) => presentAudit(entry, nameOf)), nextCursor };
  },
});
