/** What somebody is about to say in a room. */
export interface RoomDraft {
  readonly text: string;
  /** The entry that it answers. */
  readonly replyTo?: number | undefined;
}

/** The draft of a room, kept on this device for its person until it is sent or cleared; signing out removes it. */
export function keptDraft(userId: string, roomId: string) {
  const key = `haggle.room.${userId}.${roomId}.text`;
  const read = (): RoomDraft => {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<RoomDraft> | null;
      return { text: found?.text ?? '', replyTo: found?.replyTo };
    } catch {
      return { text: '' };
    }
  };
  return {
    read,
    keep: (draft: RoomDraft) => {
      if (draft.text === '' && draft.replyTo === undefined) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(draft));
    },
    /** Tells what another tab wrote or sent, until the returned function is called. */
    watch: (listener: (draft: RoomDraft) => void) => {
      const listen = (event: StorageEvent) => event.key === key && listener(read());
      addEventListener('storage', listen);
      return () => removeEventListener('storage', listen);
    },
  };
}
