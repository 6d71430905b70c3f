/** What a write is answered, with the `clientMessageId` that it was sent with; only writes answer with a message. */
export function repeatingId<T>({ clientMessageId }: Record<string, unknown>, answer: T): T {
  const isWrite = typeof answer === 'object' && answer !== null && 'message' in answer;
  return isWrite && clientMessageId !== undefined ? { ...answer, clientMessageId } : answer;
}
