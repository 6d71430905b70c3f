import { useState } from 'preact/hooks';
import type { Deal } from '../../../client/market.js';
import { newId } from '../app/new-id.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import type { Deals } from './use-deals.js';

/** Does something with a deal once, however often it is tapped; says so when it could not be done. */
export function useAct(deals: Deals) {
  const { t } = useLanguage();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  // Kept for as long as the card is there: the same act sent again after a lost answer is the same one.
  const [intents] = useState(() => new Map<string, string>());
  const act = async (
    intent: string,
    send: (clientMessageId: string) => Promise<Deal>,
  ): Promise<boolean> => {
    const clientMessageId = intents.get(intent) ?? newId();
    intents.set(intent, clientMessageId);
    setBusy(true);
    try {
      deals.learn(await send(clientMessageId));
      return true;
    } catch (error) {
      toast(describeError(error, t));
      deals.reload();
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, act };
}
