import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'wouter';
import { useHaggle } from '../app/haggle-context.js';

/** Beyond it the exact number tells nobody more. */
const countedMost = 20;

/** How many of the newest notifications are unread; asked for anew wherever somebody goes, and when they come back. */
export function useUnreadNews(): number {
  const { alerts } = useHaggle();
  const [path] = useLocation();
  const [unread, setUnread] = useState(0);
  useEffect(() => {
    let left = false;
    const look = () => {
      alerts.listNotifications({ limit: countedMost }).then(
        ({ items }) => left || setUnread(items.filter(({ read }) => !read).length),
        // It is asked for again soon, and nothing is lost by it.
        () => undefined,
      );
    };
    look();
    window.addEventListener('focus', look);
    return () => {
      left = true;
      window.removeEventListener('focus', look);
    };
  }, [path]);
  return unread;
}
