import { Refusal } from '../../src/contract/errors.js';
import type { view } from '../../src/contract/index.js';
import { announce, findOwn, hasLeft } from './conversations.js';
import { closeOffers } from './offers.js';
import { presentUser } from './people.js';
import { notice } from './reviews.js';
import type { Actor, World } from './world.js';

/**
 * Closes open offers and says so in the log, unless nothing was ever said in it. A repeat is no error. Throws
 * NOT_FOUND.
 */
export function leave(world: World, actor: Actor, id: string): void {
  const { userId } = actor;
  const conversation = findOwn(world, actor, id);
  if (hasLeft(conversation, userId)) return;
  const at = world.now();
  conversation.leftBy.push({ userId, at });
  world.touch(conversation);
  closeOffers(world, 'unavailable', userId, (offer) => offer.conversationId === id);
  if (conversation.entries.length > 0)
    notice(world, id, `left:${userId}:${at.getTime()}`, { type: 'left', userId });
  announce(world, conversation);
}

/** Newest first. */
export const listBlocks = (world: World, actor: Actor): view.Block[] =>
  world.state.blocks
    .filter(({ by }) => by === actor.userId)
    .map(({ userId, createdAt }) => ({ user: presentUser(world, userId), createdAt }))
    .reverse();

/** Closes the conversations of the two both ways, and their offers; nobody is told why. Throws NOT_FOUND, FORBIDDEN. */
export function block(world: World, actor: Actor, userId: string): view.Block {
  const by = actor.userId;
  if (userId === by) throw new Refusal('FORBIDDEN', 'That is you');
  const user = presentUser(world, userId);
  const known = world.state.blocks.find((one) => one.by === by && one.userId === userId);
  const made = known ?? { by, userId, createdAt: world.now().toISOString() };
  if (!known) {
    world.state.blocks.push(made);
    announceBetween(world, by, userId);
    closeOffers(world, 'unavailable', by, (offer) => offer.has(by) && offer.has(userId));
  }
  return { user, createdAt: made.createdAt };
}

export function unblock(world: World, { userId: by }: Actor, userId: string): void {
  const others = world.state.blocks.filter((one) => one.by !== by || one.userId !== userId);
  if (others.length === world.state.blocks.length) return;
  world.state.blocks = others;
  announceBetween(world, by, userId);
}

function announceBetween(world: World, one: string, other: string): void {
  for (const conversation of Object.values(world.state.conversations))
    if (conversation.members[one] && conversation.members[other]) announce(world, conversation);
}
