import { Refusal } from '../contract/index.js';

/** Bytes of files that this process holds at once; they are outside the heap, in a quarter of the memory. */
const mostInAll = 64 * 1024 * 1024;
/** The most of these bytes for one person: a handful of photos, so that others have room. */
const mostPerPerson = 32 * 1024 * 1024;

/** Bounds the bytes of files that this process holds in memory, by whatever door they come: in total and per person. */
export class HeldBytes {
  private held = 0;
  private readonly heldOf = new Map<string, number>();

  /**
   * Calls `use`; these bytes count until it ends. Throws RATE_LIMITED when one person sends too much at a time, and
   * UNAVAILABLE when all together do.
   */
  async during<T>(userId: string, bytes: number, use: () => Promise<T>): Promise<T> {
    const own = (this.heldOf.get(userId) ?? 0) + bytes;
    if (own > mostPerPerson)
      throw new Refusal('RATE_LIMITED', 'Too many files are sent at a time: try again', {
        retryAfterMs: 1_000,
      });
    if (this.held + bytes > mostInAll)
      throw new Refusal('UNAVAILABLE', 'Too many files are sent at a time: try again', {
        retryAfterMs: 2_000,
      });
    this.held += bytes;
    this.heldOf.set(userId, own);
    try {
      return await use();
    } finally {
      this.held -= bytes;
      const left = (this.heldOf.get(userId) ?? bytes) - bytes;
      if (left > 0) this.heldOf.set(userId, left);
      else this.heldOf.delete(userId);
    }
  }
}
