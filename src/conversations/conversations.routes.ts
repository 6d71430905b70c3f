import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { ConversationCommands } from './index.js';
import type { VersionedConversation } from './read-conversations.js';

export function mountConversations(door: RestDoor, commands: ConversationCommands): void {
  const answer = ({ conversation, version }: VersionedConversation) => ({
    body: conversation,
    version,
  });
  door
    .on(endpoints.openConversation, async ({ actor, body }) => {
      const { conversation, created } = await commands.open(actor, body);
      return { status: created ? 201 : 200, body: conversation };
    })
    .on(endpoints.listConversations, async ({ actor, query }) => ({
      body: await commands.list(actor, query),
    }))
    .on(endpoints.getConversation, async ({ actor, params }) =>
      answer(await commands.get(actor, params.id)),
    )
    .on(endpoints.readHistory, async ({ actor, params, query }) => ({
      body: await commands.history(actor, params.id, query),
    }))
    .on(endpoints.sendMessage, async ({ actor, params, body }) => {
      const answer = await commands.send(actor, { ...body, conversationId: params.id });
      return { status: answer.duplicate ? 200 : 201, body: answer };
    })
    .on(endpoints.editMessage, async ({ actor, params: { id, seq }, body }) => ({
      body: await commands.edit(actor, { ...body, conversationId: id, seq }),
    }))
    .on(endpoints.unsendMessage, async ({ actor, params: { id, seq }, body }) => ({
      body: await commands.unsend(actor, { ...body, conversationId: id, seq }),
    }))
    .on(endpoints.changeMembership, async ({ actor, params, body, ifVersion }) =>
      answer(await commands.changeMembership(actor, params.id, body, ifVersion)),
    )
    .on(endpoints.leaveConversation, async ({ actor, params, ifVersion }) => {
      await commands.leave(actor, params.id, ifVersion);
      return { status: 204 };
    })
    .on(endpoints.searchMessages, async ({ actor, query }) => ({
      body: await commands.search(actor, query),
    }))
    .on(endpoints.moveReceipts, async ({ actor, params, body }) => ({
      body: await commands.moveReceipts(actor, params.id, body),
    }))
    .on(endpoints.sync, async ({ actor, body }) => ({ body: await commands.sync(actor, body) }));
}
