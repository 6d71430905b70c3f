import type { Json } from '../contract/documents/schemas.js';
import { inline } from './markdown.js';
import type { Markup } from './markup.js';
import { html } from './markup.js';

/** Returns what a JSON pointer of the document means. */
export type Resolve = (pointer: string) => Json;

export interface View {
  resolve: Resolve;
  /** Whether to show bounds: the writer of an object needs them, a reader does not. */
  bounds: boolean;
}

/** The fields of an object schema as a table; nested objects are folded below their field. */
export function fieldsOf(schema: Json, view: View, inside: string[] = []): Markup {
  const shape = follow(schema, view.resolve).schema;
  const fields = Object.entries((shape.properties ?? {}) as Record<string, Json>);
  const required = (shape.required ?? []) as string[];
  if (fields.length === 0) return html`<p class="quiet">An empty object.</p>`;
  return html`<table class="fields">
    <thead>
      <tr>
        <th>Field</th>
        <th>Type</th>
        <th>Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${fields.map(([name, field]) => row(name, field, required.includes(name), view, inside))}
    </tbody>
  </table>`;
}

function row(name: string, field: Json, required: boolean, view: View, inside: string[]) {
  const { resolve } = view;
  const nested = innerObject(field, resolve);
  // A schema that contains itself is only named, since unfolding it would never end.
  const unfold = nested && !(nested.name && inside.includes(nested.name));
  return html`<tr>
      <td><code>${name}</code>${!required && html` <span class="optional">optional</span>`}</td>
      <td>${typeOf(field, resolve)}</td>
      <td>${notesOf(field, view)}</td>
    </tr>
    ${
      unfold &&
      html`<tr class="nested">
        <td colspan="3">
          <details>
            <summary>${nested.title}</summary>
            ${fieldsOf(nested.schema, view, nested.name ? [...inside, nested.name] : inside)}
          </details>
        </td>
      </tr>`
    }`;
}

interface Followed {
  schema: Json;
  name?: string;
}

/** What a schema refers to, with the name of the component. */
function follow(schema: Json, resolve: Resolve): Followed {
  const [only, ...more] = (schema.allOf ?? []) as Json[];
  const pointer = schema.$ref ?? (more.length === 0 && only?.$ref);
  if (typeof pointer !== 'string') return { schema };
  return { schema: resolve(pointer), name: pointer.split('/').at(-1) };
}

const alternatives = (schema: Json): Json[] => (schema.anyOf ?? schema.oneOf ?? []) as Json[];

/** The object that a field holds: directly, in a list, in a map or as an alternative to null. */
function innerObject(field: Json, resolve: Resolve): (Followed & { title: string }) | undefined {
  const { schema, name } = follow(field, resolve);
  if (schema.properties) return { schema, name, title: name ?? 'fields' };
  for (const [part, title] of [
    [schema.items, 'each'],
    [schema.additionalProperties, 'each'],
    ...alternatives(schema).map((one) => [one, 'fields']),
  ] as [Json | boolean | undefined, string][]) {
    const found = typeof part === 'object' && innerObject(part, resolve);
    if (found) return { ...found, title: found.name ?? title };
  }
  return undefined;
}

/** `Id`, `string`, `Message[]`, `Id or null`, `"text"`. */
function typeOf(field: Json, resolve: Resolve): string {
  const { schema, name } = follow(field, resolve);
  const entries = schema.additionalProperties;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (name) return name;
  if (alternatives(schema).length > 0)
    return alternatives(schema)
      .map((one) => typeOf(one, resolve))
      .join(' or ');
  if (schema.type === 'array') return `${typeOf(schema.items as Json, resolve)}[]`;
  if (typeof entries === 'object' && entries) return `map of ${typeOf(entries as Json, resolve)}`;
  return typeof schema.type === 'string' ? schema.type : 'anything';
}

/** The description of the field, then its values and bounds. */
function notesOf(field: Json, { resolve, bounds }: View): Markup {
  const { schema } = follow(field, resolve);
  const description = field.description ?? schema.description;
  const values = [
    schema,
    ...alternatives(schema).map((one) => follow(one, resolve).schema),
  ].flatMap(valuesOf);
  const items = schema.items ? follow(schema.items as Json, resolve).schema : {};
  return html`${typeof description === 'string' && inline(description)}
  ${(values.length > 0 ? values : valuesOf(items)).map(
    (value) => html` <code class="value">${String(value)}</code>`,
  )}
  ${(bounds ? boundsOf({ ...schema, default: field.default ?? schema.default }) : []).map(
    (bound) => html` <span class="bound">${bound}</span>`,
  )}`;
}

/** The values known now; answers may get more later. */
const valuesOf = (schema: Json): unknown[] =>
  (schema.enum ?? schema['x-extensible-enum'] ?? []) as unknown[];

function boundsOf(schema: Json): string[] {
  const range = (least: unknown, most: unknown, unit: string): string[] =>
    least === undefined && most === undefined
      ? []
      : least === undefined
        ? [`at most ${shown(most)}${unit}`]
        : most === undefined
          ? [`at least ${shown(least)}${unit}`]
          : [`${shown(least)} to ${shown(most)}${unit}`];
  return [
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...(typeof schema.pattern === 'string' && schema.format === undefined
      ? [`matches ${schema.pattern}`]
      : []),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
}

const shown = (bound: unknown): string => Number(bound).toLocaleString('en-US');
