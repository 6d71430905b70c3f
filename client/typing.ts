import { typingEverySeconds } from '../src/contract/chat-limits.js';
import type { Connection } from './connection.js';
import type { Conversations } from './conversations.js';

/** Without another key press the other side stops seeing it after this time (ms). */
const idleMs = 5_000;
/** A "stopped" may be lost on the way, so without renewal it is shown no longer than this (ms). */
const shownMs = idleMs + typingEverySeconds * 1_000;

/** "Is typing", both ways. May be lost: nothing is sent again. */
export class Typing {
  readonly #saidAt = new Map<string, number>();
  readonly #idle = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #shown = new Map<string, ReturnType<typeof setTimeout>>();

  readonly #connection: Connection;
  readonly #conversations: Conversations;

  constructor(connection: Connection, conversations: Conversations) {
    this.#connection = connection;
    this.#conversations = conversations;
  }

  /** Call on every key press (`true`), and with `false` when the box is empty or sent. */
  set(conversationId: string, typing: boolean): void {
    clearTimeout(this.#idle.get(conversationId));
    const saidAt = this.#saidAt.get(conversationId);
    if (!typing) {
      this.#saidAt.delete(conversationId);
      if (saidAt !== undefined) this.#say(conversationId, false);
      return;
    }
    this.#idle.set(
      conversationId,
      setTimeout(() => this.set(conversationId, false), idleMs),
    );
    if (saidAt !== undefined && Date.now() - saidAt < typingEverySeconds * 1_000) return;
    this.#saidAt.set(conversationId, Date.now());
    this.#say(conversationId, true);
  }

  show(conversationId: string, typing: boolean): void {
    clearTimeout(this.#shown.get(conversationId));
    const room = this.#conversations.room(conversationId);
    room.change({ typing });
    if (typing) {
      this.#shown.set(
        conversationId,
        setTimeout(() => room.change({ typing: false }), shownMs),
      );
    }
  }

  /** Stops everything: the client was closed, or another person signs in. */
  clear(): void {
    for (const timers of [this.#idle, this.#shown]) {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    }
    this.#saidAt.clear();
  }

  #say(conversationId: string, typing: boolean): void {
    this.#connection.request('typing:set', { conversationId, typing }).catch(() => undefined);
  }
}
