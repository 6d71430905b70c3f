import type { Connection } from './connection.js';
import type { Answers, Message, Offer, Payloads } from './contract-types.js';
import type { Conversations } from './conversations.js';
import { HaggleError } from './haggle-error.js';

/** Codes that mean that the card on the screen is out of date. */
const stale: ReadonlySet<string> = new Set([
  'OFFER_CHANGED',
  'OFFER_EXPIRED',
  'LISTING_UNAVAILABLE',
]);

/**
 * Edits, unsends and price offers, which are not retried automatically. Each keeps its own `clientMessageId` until the
 * server has answered, so that a person who tries again after a lost answer does not act twice. Throws
 * {@link HaggleError}: `EDIT_WINDOW_EXPIRED` when it is too late to change a message; after `OFFER_CHANGED` the room
 * shows the offer as it is.
 */
export class Acts {
  readonly #ids = new Map<string, string>();

  readonly #connection: Connection;
  readonly #conversations: Conversations;
  readonly #behind: (conversationId: string) => void;
  readonly #newId: () => string;

  constructor(
    connection: Connection,
    conversations: Conversations,
    behind: (conversationId: string) => void,
    newId: () => string,
  ) {
    this.#connection = connection;
    this.#conversations = conversations;
    this.#behind = behind;
    this.#newId = newId;
  }

  /** Returns the message as it is now. */
  edit(conversationId: string, seq: number, text: string): Promise<Message> {
    return this.#change('message:edit', { conversationId, seq, text });
  }

  unsend(conversationId: string, seq: number): Promise<Message> {
    return this.#change('message:unsend', { conversationId, seq });
  }

  makeOffer(conversationId: string, amount: number, note?: string): Promise<Offer> {
    return this.#move(conversationId, 'offer:make', { conversationId, amount, note });
  }

  /** Answers the card that was shown: accepts the amount on it, and no other. */
  respond(shown: Offer, action: 'accept' | 'decline' | 'withdraw'): Promise<Offer> {
    const { id: offerId, version, amount } = shown;
    const fields = { offerId, action, version, ...(action === 'accept' ? { amount } : {}) };
    return this.#move(shown.conversationId, 'offer:respond', fields);
  }

  async #change<Name extends 'message:edit' | 'message:unsend'>(
    event: Name,
    fields: Omit<Payloads[Name], 'clientMessageId'>,
  ): Promise<Message> {
    const { message, target } = await this.#act(event, fields);
    this.#receive(message);
    return target;
  }

  async #move<Name extends 'offer:make' | 'offer:respond'>(
    conversationId: string,
    event: Name,
    fields: Omit<Payloads[Name], 'clientMessageId'>,
  ): Promise<Offer> {
    const room = this.#conversations.room(conversationId);
    try {
      const { offer, message } = await this.#act(event, fields);
      room.learnOffer(offer);
      this.#receive(message);
      return offer;
    } catch (thrown) {
      const error = HaggleError.from(thrown);
      if (stale.has(error.code)) {
        if (isOffer(error.current)) room.learnOffer(error.current);
        this.#behind(conversationId);
      }
      throw error;
    }
  }

  /** The same fields mean the same act. */
  async #act<Name extends 'message:edit' | 'message:unsend' | 'offer:make' | 'offer:respond'>(
    event: Name,
    fields: Omit<Payloads[Name], 'clientMessageId'>,
  ): Promise<Answers[Name]> {
    const intent = event + JSON.stringify(fields);
    const clientMessageId = this.#ids.get(intent) ?? this.#newId();
    this.#ids.set(intent, clientMessageId);
    try {
      const payload = { ...fields, clientMessageId } as Payloads[Name];
      const answer = await this.#connection.request(event, payload);
      this.#ids.delete(intent);
      return answer;
    } catch (thrown) {
      const error = HaggleError.from(thrown);
      if (!error.retryable) this.#ids.delete(intent);
      throw error;
    }
  }

  /** Takes the entry of an act; where entries before it are missing, the conversation is caught up. */
  #receive(message: Message): void {
    if (!this.#conversations.receive(message)) this.#behind(message.conversationId);
  }
}

function isOffer(value: unknown): value is Offer {
  return typeof value === 'object' && value !== null && 'version' in value && 'turn' in value;
}
