import { useEffect, useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';

const memoryKey = 'following';
const pageMost = 100;

/** Whether one follows somebody; undefined until that is known. All are asked for once, and kept while the app is open. */
export function useFollowing(
  userId: string,
): [boolean | undefined, (on: boolean) => Promise<void>] {
  const { alerts, memory } = useHaggle();
  const [on, setOn] = useState<boolean>();
  const known = (): Promise<Set<string>> => {
    const asked = (memory.get(memoryKey) as Promise<Set<string>> | undefined) ?? all();
    memory.set(memoryKey, asked);
    return asked;
  };
  const all = async (): Promise<Set<string>> => {
    const found = new Set<string>();
    let cursor: string | null | undefined;
    do {
      const page = await alerts.listFollowing({ limit: pageMost, ...(cursor ? { cursor } : {}) });
      for (const { user } of page.items) found.add(user.id);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  };
  useEffect(() => {
    let left = false;
    known().then(
      (found) => left || setOn(found.has(userId)),
      () => memory.delete(memoryKey),
    );
    return () => {
      left = true;
    };
  }, [userId]);
  const change = async (follow: boolean) => {
    setOn(follow);
    try {
      if (follow) await alerts.followUser(userId);
      else await alerts.unfollowUser(userId);
      const found = await known();
      if (follow) found.add(userId);
      else found.delete(userId);
    } catch (error) {
      setOn(!follow);
      throw error;
    }
  };
  return [on, change];
}
