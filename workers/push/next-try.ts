/** A device was not reached. The queue tries the job again, unless that would be after its end. */
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
 * Milliseconds until the next try after the given number of tries: random up to a bound that grows with each try ("full
 * jitter", so that jobs that failed together do not come back together). -1: no further try, since it would come too late.
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
