import mongoose from 'mongoose';

const { Binary } = mongoose.mongo;
export type Binary = mongoose.mongo.Binary;

/** An id as a document holds it: a UUID as its 16 bytes, which is a third of its text; any other id as its text. */
export type StoredId = Binary | string;

/** Upper case stays text, since it has to be given back as it came. */
export function toStoredId(id: string): StoredId {
  const bytes = Buffer.allocUnsafe(uuidBytes);
  return putUuid(id, bytes) ? new Binary(bytes, Binary.SUBTYPE_UUID) : id;
}

export const fromStoredId = (stored: StoredId): string =>
  typeof stored === 'string' ? stored : uuidAt(stored.buffer, 0);

export const uuidBytes = 16;
/** Bytes that a number takes behind a UUID; enough for 281 billion. */
const numberBytes = 6;
/** Bytes of {@link numberedId}. */
export const placeBytes = uuidBytes + numberBytes;
export const lastNumber = 2 ** (8 * numberBytes) - 1;

/**
 * A UUID and a number as one key that sorts by both. MongoDB compares binary values by length first, so every bound of a
 * range has to be whole: {@link numberedIds}. What is no UUID gives a key under which nothing is.
 */
export function numberedId(id: string, number: number): Binary {
  const bytes = Buffer.allocUnsafe(placeBytes);
  if (!putUuid(id, bytes)) return new Binary(bytes.fill(0));
  // The contract allows larger numbers; nothing is at them, nor at the last one.
  bytes.writeUIntBE(Math.min(Math.max(0, number), lastNumber), uuidBytes, numberBytes);
  return new Binary(bytes);
}

/** The bounds of all keys of one UUID above a number and up to another. */
export const numberedIds = (id: string, above: number, upTo = lastNumber) => ({
  $gt: numberedId(id, above),
  $lte: numberedId(id, upTo),
});

/** The two parts of {@link numberedId}. */
export const readNumberedId = ({ buffer }: Binary) => numberedIdAt(buffer, 0);

/** The same where the bytes of the key begin at a place within others. */
export function numberedIdAt(bytes: Uint8Array, at: number): { id: string; number: number } {
  const number = asBuffer(bytes).readUIntBE(at + uuidBytes, numberBytes);
  return { id: uuidAt(bytes, at), number };
}

/** Where the two digits of each byte stand in the text of a UUID, and where its hyphens. */
const digitsAt = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const hyphensAt = [8, 13, 18, 23];
const hyphen = '-'.charCodeAt(0);

/** Writes the bytes of a UUID in lower case; false for any other text. By hand, since each message has four of them. */
function putUuid(id: string, into: Buffer): boolean {
  if (id.length !== 36) return false;
  for (const at of hyphensAt) if (id.charCodeAt(at) !== hyphen) return false;
  for (let byte = 0; byte < uuidBytes; byte += 1) {
    const at = digitsAt[byte]!;
    const [high, low] = [digitOf(id.charCodeAt(at)), digitOf(id.charCodeAt(at + 1))];
    if (high < 0 || low < 0) return false;
    into[byte] = high * 16 + low;
  }
  return true;
}

/** The value of a hexadecimal digit by its code; below 0 for another character. */
const digitOf = (code: number): number =>
  code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;

/** The text of the UUID whose bytes begin there. */
export function uuidAt(bytes: Uint8Array, at: number): string {
  const hex = asBuffer(bytes).toString('hex', at, at + uuidBytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What the driver gives is a buffer already. */
const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
