import type { Entry, ToldAct } from './entry.js';

/** The id of the entry that tells of an act. Colons, which no client can send: else somebody could take it first. */
export const actIdOf = ({ kind, id, version }: ToldAct): string => `${kind}:${id}:v${version}`;

/** The act that an entry tells of; null: it tells of none. */
export function actOf({
  act,
  clientMessageId,
}: Pick<Entry, 'act' | 'clientMessageId'>): ToldAct | null {
  if (act) return act;
  // Entries of the first logs say it by their id alone.
  const [, kind, id, version] = /^(offer|deal):([^:]+):v(\d+)$/.exec(clientMessageId) ?? [];
  return id === undefined ? null : { kind: kind as ToldAct['kind'], id, version: Number(version) };
}
