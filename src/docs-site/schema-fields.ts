import type { Json } from '../contract/documents/schemas.js';
import { inline } from './markdown.js';
import { anchor, html, type Markup } from './markup.js';

/** Returns what a JSON pointer of the document means. */
export type Resolve = (pointer: string) => Json;

export interface View {
  resolve: Resolve;
  /** Whether to show bounds: the writer of an object needs them, a reader does not. */
  bounds: boolean;
  /** Pointers to the shapes that the tables named: each is shown once, further down. */
  named: Set<string>;
}

/** The shapes that were named until now, and those that these name. */
export function shapesOf(view: View): Markup[] {
  const shapes: Markup[] = [];
  // The set grows while it is gone through.
  for (const pointer of view.named)
    shapes.push(
      html`<article id="${shapeId(pointer)}">
        <h3><code>${nameOf(pointer)}</code></h3>
        ${fieldsOf({ $ref: pointer }, view)}
      </article>`,
    );
  return shapes;
}

const nameOf = (pointer: string): string => pointer.split('/').at(-1)!;
const shapeId = (pointer: string): string => `shape-${anchor(nameOf(pointer))}`;

/** The fields of an object schema as a table; a shape without a name is spelled out below its field. */
export function fieldsOf(schema: Json, view: View): Markup {
  const rows = rowsOf(follow(schema, view.resolve), view, '');
  if (rows.length === 0) return html`<p class="quiet">An empty object.</p>`;
  return html`<table class="fields">
    <thead>
      <tr>
        <th>Field</th>
        <th>Type</th>
        <th>Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function rowsOf(shape: Json, view: View, inside: string): Markup[] {
  const required = (shape.required ?? []) as string[];
  return Object.entries((shape.properties ?? {}) as Record<string, Json>).flatMap(
    ([name, field]) => [
      html`<tr>
        <td>
          <code>${inside}${name}</code>${
            !required.includes(name) && html` <span class="optional">optional</span>`
          }
        </td>
        <td>${typeOf(field, view)}</td>
        <td>${notesOf(field, view)}</td>
      </tr>`,
      ...partsOf(field).flatMap((part) => rowsOf(part, view, `${inside}${name}.`)),
    ],
  );
}

const follow = (schema: Json, resolve: Resolve): Json =>
  typeof schema.$ref === 'string' ? resolve(schema.$ref) : schema;

const alternatives = (schema: Json): Json[] => (schema.anyOf ?? schema.oneOf ?? []) as Json[];

/** The shapes without a name that a field holds: itself, each of a list or map, or an alternative to null. */
function partsOf(field: Json): Json[] {
  if (field.properties) return [field];
  return [field.items, field.additionalProperties, ...alternatives(field)].flatMap((part) =>
    typeof part === 'object' && part !== null ? partsOf(part as Json) : [],
  );
}

/** `Id`, `string`, `Message[]`, `Id or null`, `"text"`. */
function typeOf(field: Json, view: View): Markup {
  const { $ref: pointer, additionalProperties: entries } = field;
  if (typeof pointer === 'string') {
    const isShape = view.resolve(pointer).properties !== undefined;
    if (!isShape) return html`${nameOf(pointer)}`;
    view.named.add(pointer);
    return html`<a href="#${shapeId(pointer)}">${nameOf(pointer)}</a>`;
  }
  if (field.const !== undefined) return html`${JSON.stringify(field.const)}`;
  const [first, ...others] = alternatives(field).map((one) => typeOf(one, view));
  if (first) return html`${first}${others.map((one) => html` or ${one}`)}`;
  if (field.type === 'array') return html`${typeOf(field.items as Json, view)}[]`;
  if (typeof entries === 'object' && entries) return html`map of ${typeOf(entries as Json, view)}`;
  return html`${typeof field.type === 'string' ? field.type : 'anything'}`;
}

/** The description of the field, then its values and bounds. */
function notesOf(field: Json, { resolve, bounds }: View): Markup {
  const schema = follow(field, resolve);
  const description = field.description ?? schema.description;
  const values = [schema, ...alternatives(schema), (schema.items ?? {}) as Json].flatMap((one) =>
    valuesOf(follow(one, resolve)),
  );
  return html`${typeof description === 'string' && inline(description)}
  ${values.map((value) => html` <code class="value">${String(value)}</code>`)}
  ${(bounds ? boundsOf({ ...schema, default: field.default ?? schema.default }) : []).map(
    (bound) => html` <span class="bound">${bound}</span>`,
  )}`;
}

/** The values known now; answers may get more later. */
const valuesOf = (schema: Json): unknown[] =>
  (schema.enum ?? schema['x-extensible-enum'] ?? []) as unknown[];

function boundsOf(schema: Json): string[] {
  const range = (least: unknown, most: unknown, unit = ''): string[] => {
    if (least === undefined && most === undefined) return [];
    if (least === undefined) return [`at most ${shown(most)}${unit}`];
    if (most === undefined) return [`at least ${shown(least)}${unit}`];
    return [`${shown(least)} to ${shown(most)}${unit}`];
  };
  const { pattern, format } = schema;
  return [
    ...range(schema.minimum, schema.maximum),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...(typeof pattern === 'string' && format === undefined ? [`matches ${pattern}`] : []),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
}

const shown = (bound: unknown): string => Number(bound).toLocaleString('en-US');
