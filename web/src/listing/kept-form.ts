import type { MarketApi } from '../../../client/market.js';

export type ListingDraft = Parameters<MarketApi['createListing']>[0];

/** The fields of the sell form as they are typed. Photos are not kept: nobody may look at them before they are listed. */
export interface TypedListing {
  title: string;
  description: string;
  category: string;
  price: string;
  free: boolean;
  offers: boolean;
  minimum: string;
  autoAccept: string;
}

/** What was sent, and the key that makes a repeat of it list the thing once. */
interface Sent {
  key: string;
  draft: ListingDraft;
}

/** What was typed and not listed or changed yet, kept on this device for each person, and each listing of theirs. */
export function keptForm(userId: string, listingId?: string) {
  const key =
    listingId === undefined ? `haggle.sell.${userId}` : `haggle.edit.${userId}.${listingId}`;
  const sentKey = `${key}.sent`;
  const forgetSent = () => localStorage.removeItem(sentKey);
  return {
    start: saved<TypedListing>(key),
    keep: (typed: TypedListing) => localStorage.setItem(key, JSON.stringify(typed)),
    forget: () => {
      localStorage.removeItem(key);
      forgetSent();
    },
    /** This draft as it was sent before, if it was and no answer came: photos are not kept, so they may differ. */
    sentBefore: (draft: ListingDraft): Sent | undefined => {
      const { key: usedKey, draft: before } = saved<Sent>(sentKey) ?? {};
      if (!usedKey || !before || typedOf(before) !== typedOf(draft)) return undefined;
      return { key: usedKey, draft: before };
    },
    keepSent: (sent: Sent) => localStorage.setItem(sentKey, JSON.stringify(sent)),
    forgetSent,
  };
}

const typedOf = ({ imageIds: _imageIds, location: _location, ...typed }: ListingDraft): string =>
  JSON.stringify(typed);

export type KeptForm = ReturnType<typeof keptForm>;

function saved<T>(key: string): Partial<T> | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return typeof found === 'object' && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}
