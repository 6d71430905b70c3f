import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { coarsely } from '../../src/domain/last-active.js';
import type { Answers, Presence } from '../contract-types.js';
import { editMessage, unsendMessage } from './change-message.js';
import { checkId, checkList, checkWhole, mustBe } from './check.js';
import {
  conversationOf,
  findOwn,
  isClosed,
  openConversation,
  presentConversation,
} from './conversations.js';
import { sendMessage } from './log.js';
import { makeOffer, respondToOffer } from './offers.js';
import { identify } from './people.js';
import { moveReceipts } from './receipts.js';
import { pullSync } from './sync.js';
import type { ClientEventName } from './event-names.js';
import type { Actor, World } from './world.js';

type Input = Record<string, unknown>;
type Commands = {
  [Name in ClientEventName]: (world: World, actor: Actor, input: Input) => Answers[Name];
};

/** What each event of the socket does. The REST door calls the same functions. */
export const commands: Commands = {
  'conversation:open': (world, actor, { listingId }) => {
    const { conversation } = openConversation(world, actor, listingId);
    return { conversation: presentConversation(world, conversation, actor.userId) };
  },
  'message:send': sendMessage,
  'message:edit': editMessage,
  'message:unsend': unsendMessage,
  'receipt:delivered': (world, actor, { conversationId, seq }) => {
    checkWhole(seq, 'seq', 1);
    const conversation = findOwn(world, actor, conversationId);
    return moveReceipts(world, actor, conversation, { deliveredSeq: seq });
  },
  'receipt:read': (world, actor, { conversationId, seq }) => {
    checkWhole(seq, 'seq', 1);
    return moveReceipts(world, actor, findOwn(world, actor, conversationId), { readSeq: seq });
  },
  'typing:set': (world, actor, { conversationId, typing }) => {
    mustBe(typeof typing === 'boolean', 'typing', 'is not true or false');
    const conversation = findOwn(world, actor, conversationId);
    if (!isClosed(world, conversation)) {
      const said = { conversationId: conversation.id, userId: actor.userId, typing };
      const other = conversationOf(world, conversation).otherThan(actor.userId);
      world.tell(other, 'typing', said);
    }
    return {};
  },
  'presence:watch': (world, actor, { userIds }) => {
    const ids = readUserIds(userIds);
    if (actor.socketId) world.watch(actor.socketId, ids, true);
    return { presences: ids.map((id) => presenceOf(world, actor.userId, id)) };
  },
  'presence:unwatch': (world, actor, { userIds }) => {
    const ids = readUserIds(userIds);
    if (actor.socketId) world.watch(actor.socketId, ids, false);
    return { presences: [] };
  },
  'offer:make': (world, actor, input) => {
    const { offer, message } = makeOffer(world, actor, input);
    return { offer, message };
  },
  'offer:respond': respondToOffer,
  'sync:pull': pullSync,
  'session:refresh': (world, actor, { token }) => {
    mustBe(typeof token === 'string', 'token', 'is not a token');
    const named = identify(world, token);
    if (named.sessionId !== actor.sessionId)
      throw new Refusal('UNAUTHENTICATED', 'The token is of another session');
    const expiresAt = new Date(world.now().getTime() + limits.accessTokenSeconds * 1_000);
    return { expiresAt: expiresAt.toISOString() };
  },
};

function readUserIds(value: unknown): string[] {
  checkList(value, 'userIds', 1, limits.presenceWatch);
  return value.map((id) => {
    checkId(id, 'userIds');
    return id;
  });
}

/** Online or not, to people one shares an open conversation with; to all others nothing is known. */
export function presenceOf(world: World, asking: string, userId: string): Presence {
  const shared = Object.values(world.state.conversations).some(
    (one) => one.members[asking] && one.members[userId] && !isClosed(world, one),
  );
  const online = shared && world.isOnline(userId);
  const at = shared ? world.lastActive(userId) : undefined;
  const lastActiveAt = at ? coarsely(at, world.now()).toISOString() : null;
  return { userId, online, lastActiveAt };
}
