/**
 * Points that an event costs its person and its socket (`limits.pointsPerSecond`), by how much it reads and writes. An
 * event that is not named here costs one. Those with 0 have a rate of their own, that of messages or offers.
 */
const costs = new Map<string, number>([
  ['listing:watch', 5],
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

/** The points that an event costs; unknown names cost one too. */
export const costOf = (event: string): number => costs.get(event) ?? 1;
