/** A device was not reached: the job is tried again, unless that would be after its end. */
export class TryAgain extends Error {
  constructor(
    detail: string,
    readonly endsAt: Date,
  ) {
    super(detail);
    this.name = 'TryAgain';
  }
}

const factor = 4;
export const mostMs = 10 * 60_000;

/**
 * How long after the given number of tries the next one is, by chance and more the later ("full jitter": those that
 * failed together don't come back together); -1: there is none, for nobody would want to hear it by then.
 */
export function nextTryInMs(
  { tries, firstMs }: { tries: number; firstMs: number },
  error: Error | undefined,
  now = Date.now(),
): number {
  const most = Math.min(mostMs, firstMs * factor ** (tries - 1));
  const ms = Math.round(Math.random() * most);
  return error instanceof TryAgain && now + ms >= error.endsAt.getTime() ? -1 : ms;
}
