import { z } from 'zod';
import * as request from '../requests.js';
import { viewExamples } from './examples.js';

/** A JSON Schema, or any other object of a document. */
export type Json = Record<string, unknown>;

export interface Wanted {
  schema: z.ZodType;
  /** input: what a client may send. output: what leaves the server. */
  io: 'input' | 'output';
  /** Component name of an object schema that carries no meta id; left out: it stays inline. */
  name?: string;
}

const base = '#/components/schemas/';
type Target = 'draft-2020-12' | 'draft-07';

/**
 * JSON Schemas of many zod schemas at once, with everything that has a meta id as a component, and its example. Where
 * the form that is sent differs from the form that is answered, the sent one is called `<id>Input`.
 * Throws when two different schemas claim one name.
 */
export function makeSchemas(wanted: Record<string, Wanted>, target: Target) {
  const entries = Object.entries(wanted);
  const input = convert(entries, 'input', target);
  const output = convert(entries, 'output', target);
  const renamed = differing(input.definitions, output.definitions);

  const components: Record<string, Json> = {};
  const define = (name: string, schema: Json): void => {
    const known = components[name];
    if (known && !same(known, schema)) throw new Error(`Two different schemas are named ${name}`);
    components[name] = schema;
  };
  for (const [side, suffix] of [
    [input, 'Input'],
    [output, ''],
  ] as const) {
    const pointTo = (id: string): string => base + id + (renamed.has(id) ? suffix : '');
    for (const [id, schema] of Object.entries(side.definitions))
      define(pointTo(id).slice(base.length), relink(schema, pointTo) as Json);
    for (const [key, schema] of Object.entries(side.schemas))
      side.schemas[key] = relink(schema, pointTo) as Json;
  }

  /** By key: a `$ref` where it became a component. */
  const schemas: Record<string, Json> = {};
  for (const [key, { io, name }] of entries) {
    const schema = (io === 'input' ? input : output).schemas[key] as Json;
    if (name && !schema.$ref && !schema.allOf) {
      define(name, schema);
      schemas[key] = { $ref: base + name };
    } else schemas[key] = schema;
  }
  for (const [name, example] of Object.entries(viewExamples))
    if (components[name]) components[name].examples = [example];
  return { schemas, components: inOrder(components) };
}

/** One conversion of all schemas of a side, so that shared ones are found once. */
function convert(entries: [string, Wanted][], io: Wanted['io'], target: Target) {
  const shape = Object.fromEntries(
    entries.filter(([, one]) => one.io === io).map(([key, one]) => [key, one.schema]),
  );
  const json = z.toJSONSchema(z.object(shape), { io, target, override: plainly(io) }) as Json;
  return {
    schemas: (json.properties ?? {}) as Record<string, Json>,
    definitions: (json.$defs ?? json.definitions ?? {}) as Record<string, Json>,
  };
}

/** The ids whose two forms differ, by themselves or through what they point to. */
function differing(input: Record<string, Json>, output: Record<string, Json>): Set<string> {
  const found = new Set(
    Object.keys(input).filter((id) => output[id] && !same(input[id], output[id])),
  );
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const id of Object.keys(input))
      if (output[id]) relink(input[id], (to) => (found.has(to) && found.add(id), to));
  }
  return found;
}

/** A copy with every pointer to a definition replaced. */
function relink(value: unknown, pointTo: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => relink(item, pointTo));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const id = key === '$ref' && /^#\/(?:\$defs|definitions)\/(.+)$/.exec(String(item))?.[1];
      return [key, id ? pointTo(id) : relink(item, pointTo)];
    }),
  );
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

/**
 * Says what clients need to know, in a form that generators of clients make code from which compiles (docs/clients/
 * generators.md), and leaves out what zod adds for its own sake.
 */
const plainly =
  (io: Wanted['io']): Override =>
  ({ zodSchema, jsonSchema }) => {
    const json = jsonSchema as Json;
    const def = zodSchema._zod.def;
    // Answers may grow inside a version: only what clients send is closed.
    if (def.type === 'object' && !def.catchall) delete json.additionalProperties;
    // The grammar holds for the folded form; what is sent may still have blanks and capitals.
    if (def.type === 'string' && def.checks?.some((one) => one._zod.def.check === 'overwrite'))
      delete json.pattern;
    // The leap-year arithmetic of zod's own pattern helps nobody; the format says as much.
    if (json.format === 'date-time') delete json.pattern;
    // Beside a pointer to a component they say so again.
    if (json.$ref !== undefined) {
      delete json.pattern;
      delete json.enum;
    }
    // Without a format some read numbers of half the precision.
    if (json.type === 'number') json.format = 'double';
    // Answers may get more values, where code made from a closed list would refuse the whole of them.
    if (io === 'output' && Array.isArray(json.enum)) {
      json['x-extensible-enum'] = json.enum;
      delete json.enum;
    }
    // A field with a default would be one that must be sent.
    if (io === 'input' && json.default !== undefined) {
      const leftOut = `Left out: ${JSON.stringify(json.default)}`;
      json.description = [json.description, leftOut].filter(Boolean).join('. ');
      delete json.default;
    }
    // One pointer in a list of its own loses the name of what it points to.
    const [only, ...more] = (json.allOf ?? []) as Json[];
    if (only?.$ref !== undefined && more.length === 0) {
      json.$ref = only.$ref;
      delete json.allOf;
    }
    if (same(json.propertyNames, { type: 'string' })) delete json.propertyNames;
    if (json.type === 'integer') {
      if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
      json.format = Number(json.maximum) < 2 ** 31 ? 'int32' : 'int64';
    }
  };

const requestNames = new Map<unknown, string>(
  Object.entries(request).map(([name, schema]) => [schema, name]),
);
/** What the contract calls a schema of what clients send. */
export const nameOfRequest = (schema: z.ZodType): string | undefined => requestNames.get(schema);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const inOrder = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** `sendMessage`, `message:send` → `SendMessage`, `MessageSend`; `VALIDATION_FAILED` → `ValidationFailed`. */
export const pascal = (name: string): string =>
  name
    .split(/[:_-]/)
    .map((part) => (part === part.toUpperCase() ? part.toLowerCase() : part))
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
