import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { ConversationCommands } from './index.js';
import type { PresentedConversation } from './conversation.presenter.js';

export function mountConversations(door: RestDoor, commands: ConversationCommands): void {
  const answer = ({ conversation, version }: PresentedConversation) => ({
    body: conversation,
    version,
  });
  door
    .on(endpoints.openConversation, async ({ actor, body }) => {
      const { conversation, created } = await commands.open(actor, body);
      return { repeat: !created, body: conversation };
    })
    .reply(endpoints.listConversations, ({ actor, query }) => commands.listMade(actor, query))
    .on(endpoints.getConversation, async ({ actor, params }) =>
      answer(await commands.get(actor, params.id)),
    )
    .reply(endpoints.readHistory, ({ actor, params, query }) =>
      commands.history(actor, params.id, query),
    )
    .on(endpoints.sendMessage, async ({ actor, params, body }) => {
      const answer = await commands.send(actor, { ...body, conversationId: params.id });
      return { repeat: answer.duplicate, body: answer };
    })
    .reply(endpoints.editMessage, ({ actor, params: { id, seq }, body }) =>
      commands.edit(actor, { ...body, conversationId: id, seq }),
    )
    .reply(endpoints.unsendMessage, ({ actor, params: { id, seq }, body }) =>
      commands.unsend(actor, { ...body, conversationId: id, seq }),
    )
    .on(endpoints.changeMembership, async ({ actor, params, body, ifVersion }) =>
      answer(await commands.changeMembership(actor, params.id, body, ifVersion)),
    )
    .reply(endpoints.leaveConversation, ({ actor, params, ifVersion }) =>
      commands.leave(actor, params.id, ifVersion),
    )
    .reply(endpoints.searchMessages, ({ actor, query }) => commands.search(actor, query))
    .reply(endpoints.moveReceipts, ({ actor, params, body }) =>
      commands.moveReceipts(actor, params.id, body),
    )
    .reply(endpoints.sync, ({ actor, body }) => commands.sync(actor, body));
}
