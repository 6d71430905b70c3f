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
