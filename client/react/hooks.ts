import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection.js';
import type { Conversation, Presence } from '../contract-types.js';
import type { HaggleError } from '../haggle-error.js';
import type { Readable } from '../readable.js';
import type { RoomHandle } from '../room-handle.js';
import type { PendingMessage, RoomSnapshot } from '../room.js';
import type { Sent } from '../outbox.js';
import { useHaggle } from './haggle-provider.js';

/** The present value of anything the client shows; draws again when it is another one, and only then. */
export function useReadable<T>(readable: Readable<T>): T {
  return useSelected(readable, same);
}

/** As {@link useReadable}, for a part: `select` must give equal parts for equal values, so no new objects. */
function useSelected<T, Part>(readable: Readable<T>, select: (value: T) => Part): Part {
  const subscribe = useCallback((changed: () => void) => readable.subscribe(changed), [readable]);
  const snapshot = () => select(readable.snapshot());
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

const same = <T>(value: T): T => value;
const isLive = ({ phase }: ConnectionState) => phase === 'live';

export function useConnection(): ConnectionState {
  return useReadable(useHaggle().state);
}

/** The inbox: pinned first, then newest activity first. `archived`: the ones put away. */
export function useConversations(box: 'active' | 'archived' = 'active'): readonly Conversation[] {
  const { conversations, archived } = useHaggle();
  return useReadable(box === 'active' ? conversations : archived);
}

/** What a conversation looks like, and `room` to act in it. */
export interface ConversationView extends RoomSnapshot {
  readonly room: RoomHandle;
  /** Why it could not be fetched, such as `NOT_FOUND`. */
  readonly error: HaggleError | undefined;
}

/** One conversation. Fetches what is missing of it as soon as there is a connection. */
export function useConversation(id: string): ConversationView {
  const client = useHaggle();
  // Asked for each time: after somebody else signed in it is another one.
  const room = client.room(id);
  const snapshot = useReadable(room);
  const live = useSelected(client.state, isLive);
  const [error, setError] = useState<HaggleError>();
  useEffect(() => {
    let wanted = live;
    const tell = (failure?: HaggleError) => {
      if (wanted) setError(failure);
    };
    if (live) room.load().then(() => tell(), tell);
    return () => {
      wanted = false;
    };
  }, [room, live]);
  return useMemo(() => ({ ...snapshot, room, error }), [snapshot, room, error]);
}

/** Everything that is on its way or was refused, over all conversations. */
export interface OutboxView {
  readonly messages: readonly PendingMessage[];
  retry(clientMessageId: string): Sent;
  discard(clientMessageId: string): void;
}

export function useOutbox(): OutboxView {
  const { outbox } = useHaggle();
  const messages = useReadable(outbox);
  return useMemo(
    () => ({
      messages,
      retry: (clientMessageId: string) => outbox.retry(clientMessageId),
      discard: (clientMessageId: string) => outbox.discard(clientMessageId),
    }),
    [messages, outbox],
  );
}

/** Whether somebody is online; undefined while that is not known. */
export function usePresence(userId: string): Presence | undefined {
  return useReadable(useHaggle().presence(userId));
}
