import type { Connection } from './connection.js';
import type { Answers, Offer } from './contract-types.js';
import type { Conversations } from './conversations.js';
import { HaggleError } from './haggle-error.js';
import type { Intents } from './intents.js';

/** Codes that mean that the card on the screen is out of date. */
const stale: ReadonlySet<string> = new Set([
  'OFFER_CHANGED',
  'OFFER_EXPIRED',
  'LISTING_UNAVAILABLE',
]);

/**
 * Price offers. A second tap after a lost answer is the same act. Throws {@link HaggleError}; after `OFFER_CHANGED` the
 * room shows the offer as it is.
 */
export class Offers {
  readonly #connection: Connection;
  readonly #conversations: Conversations;
  readonly #behind: (conversationId: string) => void;
  readonly #intents: Intents;

  constructor(
    connection: Connection,
    conversations: Conversations,
    behind: (conversationId: string) => void,
    intents: Intents,
  ) {
    this.#connection = connection;
    this.#conversations = conversations;
    this.#behind = behind;
    this.#intents = intents;
  }

  async make(conversationId: string, amount: number, note?: string): Promise<Offer> {
    const intent = `${conversationId} make ${amount} ${note ?? ''}`;
    return this.#act(intent, conversationId, (clientMessageId) =>
      this.#connection.request('offer:make', {
        conversationId,
        clientMessageId,
        amount,
        ...(note ? { note } : {}),
      }),
    );
  }

  /** Accepts the amount on the card that was shown, and no other. */
  accept(shown: Offer): Promise<Offer> {
    return this.#respond(shown, 'accept');
  }

  decline(shown: Offer): Promise<Offer> {
    return this.#respond(shown, 'decline');
  }

  withdraw(shown: Offer): Promise<Offer> {
    return this.#respond(shown, 'withdraw');
  }

  #respond(shown: Offer, action: 'accept' | 'decline' | 'withdraw'): Promise<Offer> {
    const intent = `${shown.id} ${action} ${shown.version}`;
    return this.#act(intent, shown.conversationId, (clientMessageId) =>
      this.#connection.request('offer:respond', {
        offerId: shown.id,
        action,
        version: shown.version,
        clientMessageId,
        ...(action === 'accept' ? { amount: shown.amount } : {}),
      }),
    );
  }

  async #act(
    intent: string,
    conversationId: string,
    request: (clientMessageId: string) => Promise<Answers['offer:make']>,
  ): Promise<Offer> {
    try {
      const { offer, message } = await this.#intents.act(intent, request);
      this.#conversations.room(conversationId).learnOffer(offer);
      if (!this.#conversations.receive(message)) this.#behind(conversationId);
      return offer;
    } catch (thrown) {
      const error = HaggleError.from(thrown);
      if (stale.has(error.code)) this.#refresh(conversationId, error.current);
      throw error;
    }
  }

  #refresh(conversationId: string, current: unknown): void {
    if (isOffer(current)) this.#conversations.room(conversationId).learnOffer(current);
    this.#behind(conversationId);
  }
}

function isOffer(value: unknown): value is Offer {
  return typeof value === 'object' && value !== null && 'version' in value && 'turn' in value;
}
