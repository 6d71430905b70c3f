import type { ko } from './ko.js';

/** The table of one language: the keys of the Korean one, with the same arguments. */
export type Messages = typeof ko;
export type MessageKey = keyof Messages;

type Arguments<Key extends MessageKey> = Messages[Key] extends (...args: infer A) => string
  ? A
  : [];

/** Looks a sentence up and fills it in. */
export type Translate = <Key extends MessageKey>(key: Key, ...args: Arguments<Key>) => string;

export function translator(table: Messages): Translate {
  return (key, ...args) => {
    const message: unknown = table[key];
    return typeof message === 'function'
      ? (message as (...values: unknown[]) => string)(...args)
      : (message as string);
  };
}
