import mongoose from 'mongoose';

const { BSON } = mongoose.mongo;
const { ByteUtils, NumberUtils, onDemand } = BSON;

/** Types of values, as BSON numbers them. */
export const bsonText = 2;
export const bsonObject = 3;
export const bsonBinary = 5;
export const bsonDate = 9;

/** Bytes before those of a binary value: its length, and its subtype. */
export const binaryHeadBytes = 5;
const lengthBytes = 4;

/** A value within the bytes of a document: its type, the length of its name, where it begins, and its own length. */
export interface BsonElement {
  type: number;
  nameBytes: number;
  at: number;
  bytes: number;
}

/** The document that begins there, made into objects. */
export const documentOf = (bytes: Uint8Array): unknown => BSON.deserialize(bytes);

/** The values of the document that begins there, in their order, without making objects of them. */
export const elementsOf = (bytes: Uint8Array, at = 0): BsonElement[] =>
  Array.from(onDemand.parseToElements(bytes, at), ([type, , nameBytes, start, length]) => ({
    type,
    nameBytes,
    at: start,
    bytes: length,
  }));

export const dateOf = (bytes: Uint8Array, { at }: BsonElement): Date =>
  new Date(Number(NumberUtils.getBigInt64LE(bytes, at)));

export const textOf = (bytes: Uint8Array, { at, bytes: length }: BsonElement): string =>
  ByteUtils.toUTF8(bytes, at + lengthBytes, at + length - 1, false);
