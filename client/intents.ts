import { HaggleError } from './haggle-error.js';

/**
 * Acts that are not retried automatically. Each keeps its own `clientMessageId` until the server has answered, so that
 * a person who tries again after a lost answer does not act twice.
 */
export class Intents {
  readonly #ids = new Map<string, string>();

  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** `intent` names the act: the same text means the same act. Throws {@link HaggleError}. */
  async act<T>(intent: string, request: (clientMessageId: string) => Promise<T>): Promise<T> {
    const clientMessageId = this.#ids.get(intent) ?? this.#newId();
    this.#ids.set(intent, clientMessageId);
    try {
      const answer = await request(clientMessageId);
      this.#ids.delete(intent);
      return answer;
    } catch (thrown) {
      const error = HaggleError.from(thrown);
      if (!error.retryable) this.#ids.delete(intent);
      throw error;
    }
  }
}
