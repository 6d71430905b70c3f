import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AccountApi } from '../../../client/account.js';
import type { AlertsApi } from '../../../client/alerts.js';
import type { HaggleClient, OfferSide } from '../../../client/index.js';
import type { MarketApi } from '../../../client/market.js';
import type { Photos } from '../../../client/photos.js';
import type { Language } from '../i18n/language.js';
import type { WebPush } from '../push/web-push.js';

export interface Haggle {
  client: HaggleClient;
  market: MarketApi;
  account: AccountApi;
  alerts: AlertsApi;
  uploads: Photos;
  push: WebPush;
  /** Signs in as the demo person of this language, in this tab only. */
  openDemo: (role: OfferSide, language: Language) => Promise<void>;
  /** Nothing of the person stays on this device. */
  signOut: () => Promise<void>;
  /** Why a demo link could not be followed. */
  startError?: unknown;
  /** What screens keep while others are shown, of the person signed in: another person gets another map. */
  memory: Map<string, unknown>;
}

const Context = createContext<Haggle | null>(null);
export const HaggleProvider = Context.Provider;

export function useHaggle(): Haggle {
  const haggle = useContext(Context);
  if (!haggle) throw new Error('outside of HaggleProvider');
  return haggle;
}
