import { useEffect, useRef, useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';

/**
 * The rest of a long list of chats. The first page is loaded at once, since what is pinned may have been still for long;
 * the others when the end comes into sight.
 */
export function useMoreChats(box: 'active' | 'archived') {
  const { client, memory } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const isLive = useReadable(client.state).phase === 'live';
  const known = useReadable(client.conversations).length + useReadable(client.archived).length;
  const [failed, setFailed] = useState(false);
  const [, setAnswers] = useState(0);
  const busy = useRef(false);
  const key = `more chats ${box}`;
  const answer = memory.get(key) as boolean | undefined;
  const more = answer ?? known >= limits.syncConversations;
  const load = async () => {
    if (busy.current) return;
    busy.current = true;
    setFailed(false);
    try {
      memory.set(key, await client.loadConversations(box));
    } catch (error) {
      setFailed(true);
      toast(describeError(error, t));
    }
    busy.current = false;
    setAnswers((n) => n + 1);
  };
  const isFirst = isLive && more && answer === undefined;
  useEffect(() => {
    if (isFirst) void load();
  }, [isFirst]);
  return { more, load: () => void load(), loadsItself: isLive && more && !failed };
}
