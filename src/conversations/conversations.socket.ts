import type { SocketDoor } from '../realtime/socket-door.js';
import type { ConversationCommands } from './index.js';

export function mountConversationEvents(door: SocketDoor, commands: ConversationCommands): void {
  door
    .inTurn('conversation:open', async (actor, payload) => {
      const { conversation } = await commands.open(actor, payload);
      return { conversation };
    })
    .inTurn('message:send', (actor, payload, _, passed) => commands.send(actor, payload, passed), {
      overlaps: true,
      waitMs: (conversationId) => commands.waitMs(conversationId),
    })
    .inTurn('message:edit', (actor, payload) => commands.edit(actor, payload))
    .inTurn('message:unsend', (actor, payload) => commands.unsend(actor, payload))
    .on('receipt:delivered', (actor, { conversationId, seq }) =>
      commands.moveReceipts(actor, conversationId, { deliveredSeq: seq }),
    )
    .on('receipt:read', (actor, { conversationId, seq }) =>
      commands.moveReceipts(actor, conversationId, { readSeq: seq }),
    )
    .on('typing:set', async (actor, payload) => {
      await commands.setTyping(actor, payload);
      return {};
    })
    .inTurn('sync:pull', (actor, payload) => commands.sync(actor, payload));
}
