import { v5, v7 } from 'uuid';

/** Ids that grow with time: new documents land on the same pages of the `_id` index. */
export const newId = (): string => v7();

const conversationNamespace = '5f3c1c3e-92f6-4b0e-8f5c-6a6d9c0b7e11';

/** Opening a conversation twice, anywhere, is the same conversation: its id follows from listing and buyer. */
export const conversationIdOf = (listingId: string, buyerId: string): string =>
  v5(`${listingId}:${buyerId}`, conversationNamespace);

/** A stable id for something that follows from something else, such as a log entry from the version of an offer. */
export const derivedId = (...parts: (string | number)[]): string =>
  v5(parts.join(':'), conversationNamespace);

/** Smallest id that {@link newId} gives at a time, a minute earlier: clocks of writers differ. */
export const idAt = (time: Date): string => {
  const hex = Math.max(0, time.getTime() - 60_000)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
