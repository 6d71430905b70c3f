import type { ko } from './ko.js';

/** The table of one language: the keys of the Korean one, with the same arguments. */
export type Messages = typeof ko;
export type MessageKey = keyof Messages;

type Arguments<Key extends MessageKey> = Messages[Key] extends (...args: infer A) => string
  ? A
  : [];

/** Looks a sentence up and fills it in. */
export interface Translate {
  <Key extends MessageKey>(key: Key, ...args: Arguments<Key>): string;
  /** Whether there is such a sentence: a newer gateway may name what this build does not know. */
  has: (key: string) => boolean;
}

export function translator(table: Messages): Translate {
  const translate = (key: MessageKey, ...args: unknown[]): string => {
    const message: unknown = table[key];
    return typeof message === 'function'
      ? (message as (...values: unknown[]) => string)(...args)
      : (message as string);
  };
  return Object.assign(translate, { has: (key: string) => Object.hasOwn(table, key) });
}
