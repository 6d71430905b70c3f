/** Hooks for React 18 and later, and for Preact through `preact/compat`. */
export { HaggleProvider, useHaggle } from './haggle-provider.js';
export {
  useConnection,
  useConversation,
  useConversations,
  useOutbox,
  usePresence,
  useReadable,
} from './hooks.js';
export type { ConversationView, OutboxView } from './hooks.js';
