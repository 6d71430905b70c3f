import { v5 } from 'uuid';

const conversationNamespace = '5f3c1c3e-92f6-4b0e-8f5c-6a6d9c0b7e11';

/** Opening a conversation twice, anywhere, is the same conversation: its id follows from listing and buyer. */
export const conversationIdOf = (listingId: string, buyerId: string): string =>
  v5(`${listingId}:${buyerId}`, conversationNamespace);

/** A stable id for something that follows from something else, such as a log entry from the version of an offer. */
export const derivedId = (...parts: (string | number)[]): string =>
  v5(parts.join(':'), conversationNamespace);
