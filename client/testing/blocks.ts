import { Refusal } from '../../src/contract/errors.js';
import { announce } from './conversations.js';
import { closeOffers } from './offers.js';
import { presentUser } from './people.js';
import type { Actor, World } from './world.js';

export function listBlocks(world: World, actor: Actor) {
  return world.state.blocks
    .filter(({ by }) => by === actor.userId)
    .map(({ userId, createdAt }) => ({ user: presentUser(world, userId), createdAt }))
    .reverse();
}

/** Conversations of the two are closed both ways, and their offers; nobody is told why. Throws NOT_FOUND, FORBIDDEN. */
export function block(world: World, actor: Actor, userId: string) {
  if (userId === actor.userId) throw new Refusal('FORBIDDEN', 'That is you');
  const user = presentUser(world, userId);
  const known = world.state.blocks.find((one) => one.by === actor.userId && one.userId === userId);
  const made = known ?? { by: actor.userId, userId, createdAt: world.now().toISOString() };
  if (!known) {
    world.state.blocks.push(made);
    announceBetween(world, actor.userId, userId);
    closeOffers(world, (offer) => offer.has(actor.userId) && offer.has(userId), {
      reason: 'unavailable',
      closedBy: actor.userId,
    });
  }
  return { user, createdAt: made.createdAt };
}

export function unblock(world: World, actor: Actor, userId: string): void {
  const others = world.state.blocks.filter(
    (one) => one.by !== actor.userId || one.userId !== userId,
  );
  if (others.length === world.state.blocks.length) return;
  world.state.blocks = others;
  announceBetween(world, actor.userId, userId);
}

function announceBetween(world: World, one: string, other: string): void {
  for (const conversation of Object.values(world.state.conversations))
    if (conversation.members[one] && conversation.members[other]) announce(world, conversation);
}
