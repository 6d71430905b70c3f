/**
 * Nobody judges themselves, what is theirs, or what they reported, through whosever report. Says why `by` may not;
 * undefined: they may. `ownerId`: whose the target is, if it is there.
 */
export function partialityOf(
  by: string,
  ownerId: string | undefined,
  hasReported: boolean,
): string | undefined {
  if (by === ownerId) return 'Nobody judges themselves or what is theirs';
  return hasReported ? 'You reported this, so somebody else decides' : undefined;
}
