import type { ConversationContext } from './conversation-context.js';

/** Conversations checked, those that changed last. An entry in an older one may show up a second later. */
const lookedAt = 200;
/** Entries projected by one reader; the others are projected within a second anyway. */
const projectedAtOnce = 1_000;

/**
 * Brings a person's rows up to the log before they are listed, so that the list reflects what the person has just
 * written, on whatever node. Costs two small reads when no row is behind. Returns the `seq` of the last entry by
 * conversation.
 */
export async function catchUp(
  { inbox, messages, projections }: ConversationContext,
  userId: string,
): Promise<Map<string, number>> {
  await projections.flushOf(userId);
  const rows = await inbox.ends(userId, lookedAt);
  const ends = await messages.ends(
    rows.map(({ conversationId, lastSeq }) => ({ conversationId, seq: lastSeq })),
  );
  const behind = rows.filter(
    ({ conversationId, lastSeq }) => (ends.get(conversationId) ?? 0) > lastSeq,
  );
  if (behind.length === 0) return ends;
  const others = new Map(behind.map(({ conversationId, otherId }) => [conversationId, otherId]));
  const entries = await messages.afterMany(
    behind.map(({ conversationId, lastSeq }) => ({ conversationId, afterSeq: lastSeq })),
    projectedAtOnce,
  );
  await inbox.project(
    entries.map((entry) => ({ people: [userId, others.get(entry.conversationId)!], entry })),
  );
  return ends;
}
