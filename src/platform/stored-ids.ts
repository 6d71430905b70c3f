import mongoose from 'mongoose';

const { Binary } = mongoose.mongo;
export type Binary = mongoose.mongo.Binary;

/** An id as a document holds it: a UUID as its 16 bytes, which is a third of its text; any other id as its text. */
export type StoredId = Binary | string;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Upper case stays text, since it has to be given back as it came. */
export const toStoredId = (id: string): StoredId =>
  uuid.test(id) ? new Binary(bytesOf(id), Binary.SUBTYPE_UUID) : id;

export const fromStoredId = (stored: StoredId): string =>
  typeof stored === 'string' ? stored : textOf(stored.buffer);

/** Bytes that a number takes behind a UUID; enough for 281 billion. */
const numberBytes = 6;
const placeBytes = 16 + numberBytes;
export const lastNumber = 2 ** (8 * numberBytes) - 1;

/**
 * A UUID and a number as one key that sorts by both. MongoDB compares binary values by length first, so every bound of a
 * range has to be whole: {@link numberedIds}. What is no UUID gives a key under which nothing is.
 */
export function numberedId(id: string, number: number): Binary {
  const bytes = Buffer.alloc(placeBytes);
  if (!uuid.test(id)) return new Binary(bytes);
  bytes.write(id.replaceAll('-', ''), 'hex');
  // The contract allows larger numbers; nothing is at them, nor at the last one.
  bytes.writeUIntBE(Math.min(Math.max(0, number), lastNumber), 16, numberBytes);
  return new Binary(bytes);
}

/** The bounds of all keys of one UUID above a number and up to another. */
export const numberedIds = (id: string, above: number, upTo = lastNumber) => ({
  $gt: numberedId(id, above),
  $lte: numberedId(id, upTo),
});

/** The two parts of {@link numberedId}. */
export function readNumberedId({ buffer }: Binary): { id: string; number: number } {
  const number = Buffer.from(buffer.buffer, buffer.byteOffset + 16, numberBytes).readUIntBE(
    0,
    numberBytes,
  );
  return { id: textOf(buffer), number };
}

const bytesOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');

function textOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
