import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Texts of values that many are shown. */
const texts = new WeakMap<object, string>();

/** Keeps the text of a value that is shown again and again; nobody may change the value from now on. */
export function keptAsJson<T extends object>(value: T): T {
  texts.set(value, JSON.stringify(value));
  return value;
}

/** JSON as `JSON.stringify` makes it, with the kept texts of what stands under `items`. */
export function toJson(body: object): string {
  const { items } = body as { items?: unknown };
  if (!Array.isArray(items) || !items.some(isKept)) return JSON.stringify(body);
  const rest = JSON.stringify({ ...body, items: undefined });
  const listed = items.map((one) => texts.get(one as object) ?? JSON.stringify(one)).join(',');
  return `{"items":[${listed}]${rest === '{}' ? '' : ','}${rest.slice(1)}`;
}

const isKept = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && texts.has(value);

/** An answer that is given again and again, in the bytes in which it is sent; `T`: what it is made of. */
export class MadeJson<T> {
  declare readonly of: T;
  readonly bytes: Buffer;
  private packed: Promise<Buffer> | undefined;

  constructor(body: T & object) {
    this.bytes = Buffer.from(toJson(body));
  }

  /** The same compressed, which takes longer than all else of an answer: done once, beside the event loop. */
  gzipped(): Promise<Buffer> {
    return (this.packed ??= promisify(gzip)(this.bytes));
  }
}
