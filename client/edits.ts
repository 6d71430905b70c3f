import type { Connection } from './connection.js';
import type { Message } from './contract-types.js';
import type { Conversations } from './conversations.js';
import type { Intents } from './intents.js';

/** Edits and unsends own messages. Throws {@link HaggleError}; `EDIT_WINDOW_EXPIRED` when it is too late. */
export class Edits {
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

  /** Returns the message as it is now. */
  edit(conversationId: string, seq: number, text: string): Promise<Message> {
    return this.#act(`${conversationId} edit ${seq} ${text}`, conversationId, (clientMessageId) =>
      this.#connection.request('message:edit', { conversationId, seq, text, clientMessageId }),
    );
  }

  unsend(conversationId: string, seq: number): Promise<Message> {
    return this.#act(`${conversationId} unsend ${seq}`, conversationId, (clientMessageId) =>
      this.#connection.request('message:unsend', { conversationId, seq, clientMessageId }),
    );
  }

  async #act(
    intent: string,
    conversationId: string,
    request: (clientMessageId: string) => Promise<{ message: Message; target: Message }>,
  ): Promise<Message> {
    const { message, target } = await this.#intents.act(intent, request);
    if (!this.#conversations.receive(message)) this.#behind(conversationId);
    return target;
  }
}
