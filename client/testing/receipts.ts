import type { Receipts } from '../contract-types.js';
import { checkWhole } from './check.js';
import { peopleOf, touch, unreadOf } from './conversations.js';
import type { Actor, StoredConversation, World } from './world.js';

/** Forward only, never beyond the log; read implies delivered. */
export function moveReceipts(
  world: World,
  actor: Actor,
  conversation: StoredConversation,
  to: { deliveredSeq?: unknown; readSeq?: unknown },
): Receipts {
  const { deliveredSeq = 0, readSeq = 0 } = to;
  checkWhole(deliveredSeq, 'deliveredSeq', 0);
  checkWhole(readSeq, 'readSeq', 0);
  const own = conversation.members[actor.userId]!;
  const last = conversation.entries.length;
  const read = Math.max(own.readSeq, Math.min(readSeq, last));
  const delivered = Math.max(own.deliveredSeq, read, Math.min(deliveredSeq, last));
  if (read > own.readSeq || delivered > own.deliveredSeq) {
    own.readSeq = read;
    own.deliveredSeq = delivered;
    touch(world, conversation);
    const moved = {
      conversationId: conversation.id,
      userId: actor.userId,
      deliveredSeq: delivered,
      readSeq: read,
    };
    for (const person of peopleOf(conversation))
      world.tell(
        person,
        'receipt:updated',
        moved,
        person === actor.userId ? actor.socketId : undefined,
      );
  }
  return { deliveredSeq: delivered, readSeq: read, unread: unreadOf(conversation, actor.userId) };
}
