import type { MarketApi } from '../../../client/market.js';
import type { Spot } from './known-places.js';
import { keptPhotos } from '../photos/kept-photos.js';
import { photoFiles } from '../photos/photo-files.js';

export type ListingDraft = Parameters<MarketApi['createListing']>[0];

/** The fields of the sell form as they are typed. */
export interface TypedListing {
  title: string;
  description: string;
  category: string;
  price: string;
  free: boolean;
  offers: boolean;
  hours: string;
  minimum: string;
  autoAccept: string;
  /** Where it is, once that was chosen. */
  spot?: Spot;
}

/** What was sent, and the key that makes a repeat of it list the thing once. */
interface Sent {
  key: string;
  draft: ListingDraft;
}

/** How the names of all forms of a person begin. */
const formsOf = (userId: string) => [
  `haggle.sell.${userId}`,
  `haggle.edit.${userId}.`,
  `haggle.room.${userId}.`,
];

/** The photos chosen for the next message of a room. */
export const keptRoomPhotos = (userId: string, roomId: string) =>
  keptPhotos(`haggle.room.${userId}.${roomId}`);

/** Whoever uses this device next finds nothing of a person who signed out. */
export function forgetForms(userId: string): void {
  for (const start of formsOf(userId)) {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(start)) localStorage.removeItem(key);
    photoFiles.forgetAll(start);
  }
}

/** What was filled in and not listed or changed yet, kept on this device for each person, and each listing of theirs. */
export function keptForm(userId: string, listingId?: string) {
  const [sell, edits] = formsOf(userId);
  const key = listingId === undefined ? sell! : edits! + listingId;
  const sentKey = `${key}.sent`;
  const forgetSent = () => localStorage.removeItem(sentKey);
  const photos = keptPhotos(key);
  return {
    start: saved<TypedListing>(key),
    photos,
    keep: (typed: TypedListing) => localStorage.setItem(key, JSON.stringify(typed)),
    forget: () => {
      localStorage.removeItem(key);
      forgetSent();
      photos.forget();
    },
    /**
     * This draft as it was sent before, if it was and no answer came. Also with other photos, since it may be listed
     * already: once, with those of before, is better than twice.
     */
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
