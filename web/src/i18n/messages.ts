import type { ko } from './ko.js';

/** The table of one language: the keys of the Korean one, with the same arguments. */
export type Messages = typeof ko;
export type MessageKey = keyof Messages;

type Arguments<Message> = Message extends (...args: infer A) => string ? A : [];

/** Looks a sentence up in a table and fills it in. */
export interface TranslateBy<Table> {
  <Key extends keyof Table>(key: Key, ...args: Arguments<Table[Key]>): string;
  /** Whether there is such a sentence: a newer gateway may name what this build does not know. */
  has: (key: string) => boolean;
}
export type Translate = TranslateBy<Messages>;

export function translator<Table extends object>(table: Table): TranslateBy<Table> {
  const translate = (key: keyof Table, ...args: unknown[]): string => {
    const message: unknown = table[key];
    return typeof message === 'function'
      ? (message as (...values: unknown[]) => string)(...args)
      : (message as string);
  };
  return Object.assign(translate, { has: (key: string) => Object.hasOwn(table, key) });
}
