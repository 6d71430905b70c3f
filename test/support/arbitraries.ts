import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';

/** A JSON Schema as zod writes it, as far as the contract uses it. */
interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
}

/** Values that schemas forget, and programs trip over. */
const odd: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(
    ...[null, '', ' ', 0, -1, -0, 1.5, 1e308, Number.MAX_SAFE_INTEGER, true, [], {}, [[]]],
    ...['__proto__', 'constructor', '$where', '\u0000', '\ud800', '\u202e', '🚲'.repeat(50)],
    ...[{ $gt: '' }, { $ne: null }, { 'a.b': 1 }, [{ $gt: '' }], { toString: 1 }, { length: 9 }],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** What this schema takes, as far as JSON Schema can say it: checks in code may refuse it all the same. */
export function validFor(schema: z.ZodType): Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  return arbitraryOf(json, json.$defs ?? {});
}

/** The same with one value somewhere in it replaced, left out, or put beside it. */
export function oddFor(schema: z.ZodType): Arbitrary<unknown> {
  const where = fc.nat({ max: 50 });
  const how = fc.constantFrom('replace', 'omit', 'add');
  return fc
    .tuple(validFor(schema), where, how, odd)
    .map(([value, at, act, with_]) => changed(value, at, act, with_));
}

function changed(value: unknown, at: number, act: string, with_: unknown): unknown {
  if (typeof value !== 'object' || value === null) return with_;
  const copy = structuredClone(value) as Record<string, unknown>;
  const keys = Object.keys(copy);
  if (act === 'add' || keys.length === 0) return { ...copy, [`odd${at}`]: with_ };
  const key = keys[at % keys.length]!;
  if (act === 'omit') delete copy[key];
  else copy[key] = at % 3 === 0 ? changed(copy[key], at, act, with_) : with_;
  return copy;
}

function arbitraryOf(schema: Schema, defs: Record<string, Schema>): Arbitrary<unknown> {
  const of = (one: Schema) => arbitraryOf(one, defs);
  if (schema.$ref !== undefined) return of(defs[schema.$ref.split('/').at(-1)!] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return fc.oneof(...either.map(of));
  if (schema.allOf) return of(Object.assign({}, ...schema.allOf) as Schema);
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {});
      const model = Object.fromEntries(fields.map(([name, one]) => [name, of(one)]));
      return fc.record(model, { requiredKeys: schema.required ?? [], noNullPrototype: true });
    }
    case 'array':
      return fc.array(of(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 3),
      });
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return odd;
  }
}

function textOf({ pattern, format, minLength = 0, maxLength = 200 }: Schema): Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((at) => at.toISOString());
  if (format === 'email') return fc.emailAddress();
  if (format === 'uuid') return fc.uuid();
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  const bounds = { minLength, maxLength: Math.min(maxLength, minLength + 200) };
  return fc.oneof(
    ...(minLength <= 36 && maxLength >= 36 ? [fc.uuid()] : []),
    fc.string(bounds),
    fc.string({ ...bounds, unit: 'grapheme' }),
    fc.string({ ...bounds, unit: 'binary' }),
  );
}

function numberOf({ type, minimum, maximum, multipleOf = 1 }: Schema): Arbitrary<number> {
  const bounds = { min: minimum ?? -1e9, max: maximum ?? 1e9 };
  if (type === 'number') return fc.double({ ...bounds, noNaN: true, noDefaultInfinity: true });
  const [min, max] = [Math.ceil(bounds.min / multipleOf), Math.floor(bounds.max / multipleOf)];
  return fc
    .integer({ min: Math.max(min, -(2 ** 40)), max: Math.min(max, 2 ** 40) })
    .map((number) => number * multipleOf);
}
