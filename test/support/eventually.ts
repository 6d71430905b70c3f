/**
 * Waits until `look` gives something; fails with `what` at the deadline. Asks less often the longer it waits: a look
 * costs the servers as much as a client's.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  deadlineMs = 30_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (let pause = 20; ; pause = Math.min(pause * 1.4, 200)) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Rejects with `what` when the promise takes longer. */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  deadlineMs = 30_000,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
