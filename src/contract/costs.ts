/**
 * Points that an event takes of the budgets of its person and its socket (`limits.pointsPerSecond`), by how much it
 * reads and writes. What is not named takes one; a zero has a rate of its own, that of messages or offers.
 */
const costs = new Map<string, number>([
  ['message:send', 0],
  ['message:edit', 0],
  ['message:unsend', 0],
  ['offer:make', 0],
  ['offer:respond', 5],
  ['presence:watch', 5],
  ['session:refresh', 5],
  ['sync:pull', 5],
  ['conversation:open', 10],
]);

/** Also for names that no event has. */
export const costOf = (event: string): number => costs.get(event) ?? 1;
