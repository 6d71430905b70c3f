import type { view } from '../contract/index.js';

/** What an operator did, or that somebody failed to sign in as one. */
export interface AuditEntry {
  id: string;
  at: Date;
  /** null: nobody. */
  by: string | null;
  what: string;
  from?: string;
  input: { field: string; value: string }[];
}

/** How a person with a role is called; undefined for who is no person of the app, as `command line` in the trail. */
export type NameOf = (by: string) => string | undefined;

export const named = (by: string | null, nameOf: NameOf): { byName?: string } => {
  const byName = by === null ? undefined : nameOf(by);
  return byName === undefined ? {} : { byName };
};

/** Characters of one value that the trail keeps. */
const valueLength = 500;

/** What was sent with an act, field by field, as the trail keeps it. */
export const fieldsOf = (input: object): AuditEntry['input'] =>
  Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => ({
      field,
      value: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, valueLength),
    }));

export const presentAudit = (
  { id, at, by, what, from, input }: AuditEntry,
  nameOf: NameOf,
): view.AuditEntry => ({
  id,
  at: at.toISOString(),
  by,
  ...named(by, nameOf),
  what,
  ...(from === undefined ? {} : { from }),
  input,
});
