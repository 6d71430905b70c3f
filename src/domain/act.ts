import type { Entry, EntryDraft, ToldAct } from './entry.js';

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

/** The entry that tells of one step of an offer or a deal, and which devices of `actor`, who did it, know it already. */
export function tellingOf(
  kind: ToldAct['kind'],
  { id, conversationId }: { id: string; conversationId: string },
  step: { version: number; by: string | null; clientMessageId: string | null },
  said: Pick<EntryDraft, 'senderId' | 'kind'> & Partial<EntryDraft>,
  actor?: { userId: string; socketId?: string | undefined },
) {
  const act = { kind, id, version: step.version };
  return {
    draft: { ...said, conversationId, clientMessageId: actIdOf(act), act } satisfies EntryDraft,
    origin: {
      socketId: step.by === actor?.userId ? actor?.socketId : undefined,
      ...(step.clientMessageId === null ? {} : { clientMessageId: step.clientMessageId }),
    },
  };
}
