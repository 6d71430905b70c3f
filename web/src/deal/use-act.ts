import { useState } from 'preact/hooks';
import type { Deal } from '../../../client/market.js';
import { newId } from '../app/new-id.js';
import { useWork } from '../app/use-work.js';
import type { Deals } from './use-deals.js';

/** Does something with a deal once, however often it is tapped; says so when it could not be done. */
export function useAct(deals: Deals) {
  const { busy, ...work } = useWork();
  // Kept for as long as the card is there: the same act sent again after a lost answer is the same one.
  const [intents] = useState(() => new Map<string, string>());
  const act = async (
    intent: string,
    send: (clientMessageId: string) => Promise<Deal>,
  ): Promise<boolean> => {
    const clientMessageId = intents.get(intent) ?? newId();
    intents.set(intent, clientMessageId);
    const done = await work.act(async () => deals.learn(await send(clientMessageId)));
    if (!done) deals.reload();
    return done;
  };
  return { busy, act };
}
