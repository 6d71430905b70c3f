/** Runs a creating call once per key and person; a repeat gets the first answer. */
export interface Idempotency {
  /**
   * Throws VALIDATION_FAILED for a key that was used with another request, IDEMPOTENCY_CONFLICT while the first call
   * still runs. A call that failed leaves its key free.
   */
  once<T>(userId: string, key: string, request: unknown, run: () => Promise<T>): Promise<T>;
}
