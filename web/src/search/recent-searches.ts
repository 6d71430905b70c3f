import { useState } from 'preact/hooks';

/** What fits on a phone above the keyboard. */
const keptMost = 10;

const keyOf = (userId: string) => `haggle.searches.${userId}`;

export const forgetSearches = (userId: string) => localStorage.removeItem(keyOf(userId));

/** What a person has searched for on this device, the last first; nobody else who uses it sees it. */
export function useRecentSearches(userId: string) {
  const key = keyOf(userId);
  const [recent, setRecent] = useState(() => saved(key));
  const keep = (next: string[]) => {
    if (next.length > 0) localStorage.setItem(key, JSON.stringify(next));
    else localStorage.removeItem(key);
    setRecent(next);
  };
  return {
    recent,
    add: (q: string) => keep([q, ...recent.filter((one) => one !== q)].slice(0, keptMost)),
    remove: (q: string) => keep(recent.filter((one) => one !== q)),
    clear: () => keep([]),
  };
}

function saved(key: string): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
