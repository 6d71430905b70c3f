import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Message } from '../../../client/index.js';

/** What a message lets one do; the room does it, since sheets and the box are its own. */
export interface MessageActs {
  openMenu: (message: Message) => void;
  /** Brings an entry into sight, also one that is not loaded yet. */
  goTo: (seq: number) => void;
}

const Context = createContext<MessageActs>({ openMenu: () => undefined, goTo: () => undefined });
export const MessageActsProvider = Context.Provider;
export const useMessageActs = () => useContext(Context);
