import type { AlertsApi } from '../../../client/alerts.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';

const memoryKey = 'following';
const pageMost = 100;

/** Whether one follows somebody; undefined until that is known. All are asked for once, and kept while the app is open. */
export function useFollowing(
  userId: string,
): [boolean | undefined, (on: boolean) => Promise<void>] {
  const { alerts, memory } = useHaggle();
  // One set for all buttons: each writes into it what it did.
  const known = () => {
    const asked = (memory.get(memoryKey) as Promise<Set<string>> | undefined) ?? all(alerts);
    memory.set(memoryKey, asked);
    asked.catch(() => memory.delete(memoryKey));
    return asked;
  };
  const { value: followed, learn } = useLoad('ids of whom one follows', known);
  const become = async (follows: boolean) => {
    const ids = await known();
    if (follows) ids.add(userId);
    else ids.delete(userId);
    learn(ids);
  };
  const change = async (follow: boolean) => {
    await become(follow);
    try {
      await (follow ? alerts.followUser(userId) : alerts.unfollowUser(userId));
    } catch (error) {
      await become(!follow);
      throw error;
    }
  };
  return [followed?.has(userId), change];
}

async function all(alerts: AlertsApi): Promise<Set<string>> {
  const found = new Set<string>();
  let cursor: string | null | undefined;
  do {
    const page = await alerts.listFollowing({ limit: pageMost, ...(cursor ? { cursor } : {}) });
    for (const { user } of page.items) found.add(user.id);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}
