import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Json } from '../../src/contract/documents/schemas.js';

/**
 * Holds what a running server said against the documents it serves, with their JSON Schemas and not with the zod
 * schemas they were made from. A path, status, code or property that the documents don't have is a failure, so that
 * they cannot lag behind the server. Every function throws an Error that says what does not fit.
 */
export interface Conformance {
  /** @param path as requested, with `/v1` and without the host; the query does not matter */
  expectConforms: (method: string, path: string, status: number, body?: unknown) => void;
  /** An event of the server, `connect_error` (its `data`) included. */
  expectEventConforms: (event: string, payload: unknown) => void;
  /** The acknowledgement of a client event. */
  expectAckConforms: (event: string, ack: unknown) => void;
  /** The body of a webhook. */
  expectWebhookConforms: (type: string, body: unknown) => void;
}

/** @param documents as served at `/openapi.json`, `/asyncapi.json` and `/webhooks.json` */
export function conformanceTo(documents: {
  openapi: Json;
  asyncapi: Json;
  webhooks: Json;
}): Conformance {
  const rest = new Validators(documents.openapi, new Ajv2020(options));
  const told = new Validators(documents.webhooks, new Ajv2020(options));
  const socket = new Validators(documents.asyncapi, new Ajv(options));
  const routes = routesOf(documents.openapi);
  const { events, acks } = messagesOf(documents.asyncapi);

  return {
    expectConforms(method, path, status, body) {
      const where = `${method.toUpperCase()} ${path} → ${status}`;
      const [pathname = ''] = path.split('?');
      const route = routes.find(
        (one) => one.method === method.toLowerCase() && one.pattern.test(pathname),
      );
      if (!route) throw new Error(`${where}: the document has no such call`);
      const found = route.responses[status];
      if (!found) throw new Error(`${where}: the document has no such status`);
      const response = follow(documents.openapi, found);
      const [type, media] =
        Object.entries((response.content ?? {}) as Record<string, Json>)[0] ?? [];
      if (!type) {
        if (body !== undefined && body !== null && body !== '')
          throw new Error(`${where}: the document has no body`);
      } else if (/json$/.test(type)) {
        rest.check(where, media?.schema as Json, body);
        expectCode(where, response, (body as Json).code);
        if (type === 'application/problem+json' && (body as Json).status !== status)
          throw new Error(`${where}: the body says ${String((body as Json).status)}`);
      } else if (typeof body !== 'string') throw new Error(`${where}: the document has a text`);
    },
    expectEventConforms(event, payload) {
      const message = events.get(event);
      if (!message) throw new Error(`${event}: the document has no such event`);
      socket.check(event, message.payload as Json, payload);
      expectCode(event, message, (payload as Json).code);
    },
    expectAckConforms(event, ack) {
      const message = acks.get(event);
      const where = `acknowledgement of ${event}`;
      if (!message) throw new Error(`${where}: the document has no such event`);
      const [done, refused] = (message.payload as { oneOf: Json[] }).oneOf;
      // The branch that `ok` names, for a message that says more than "must match one of two".
      socket.check(where, ((ack as Json | undefined)?.ok ? done : refused) as Json, ack);
      const { error } = ack as { error?: Json };
      if (error) expectCode(where, message, error.code);
    },
    expectWebhookConforms(type, body) {
      const webhooks = documents.webhooks.webhooks as Record<string, { post: WebhookOperation }>;
      const found = webhooks[type]?.post.requestBody.content['application/json'];
      if (!found) throw new Error(`${type}: the document has no such webhook`);
      told.check(type, found.schema, body);
    },
  };
}

/** Formats are checked where they mean something for the server. */
const options = {
  strict: false,
  allErrors: true,
  // Each component is compiled once, and not again wherever it is named.
  inlineRefs: false,
  // A schema is compiled to be used a few times.
  code: { optimize: false },
  // That the documents are schemas is judged once, in their own test.
  validateSchema: false,
  formats: {
    // The one form that answers have.
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    int32: true,
    int64: true,
    double: true,
    email: /^[^@\s]+@[^@\s]+$/,
  },
} as const;

/** Where the components of a document are, for all that is compiled of it. */
const components = 'document';

/** Validators by schema, compiled when first needed. */
class Validators {
  private readonly compiled = new Map<Json, ValidateFunction>();

  constructor(
    document: Json,
    private readonly ajv: Ajv | Ajv2020,
  ) {
    ajv.addSchema({ $id: components, components: closed(document.components) });
  }

  check(where: string, schema: Json, value: unknown): void {
    let validate = this.compiled.get(schema);
    if (!validate) {
      validate = this.ajv.compile(closed(schema) as Json);
      this.compiled.set(schema, validate);
    }
    if (validate(value)) return;
    const reasons = (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );
    throw new Error(`${where} is not what the document says:\n  ${reasons.join('\n  ')}`);
  }
}

/**
 * A copy in which objects have no other properties than the written ones. The documents leave them open, because
 * clients must accept additions. Members of `allOf` stay as they are: each sees only its part.
 */
function closed(schema: unknown, part = false): unknown {
  if (Array.isArray(schema)) return schema.map((one) => closed(one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Json = {};
  for (const [key, value] of Object.entries(schema))
    // Open to clients, but the server gives no value that is not written down.
    if (key === 'x-extensible-enum') copy['enum'] = value;
    else if (key === '$ref') copy[key] = `${components}${value as string}`;
    else if (key === 'allOf') copy[key] = (value as Json[]).map((one) => closed(one, true));
    else copy[key] = closed(value);
  const isObject = copy.type === 'object' && typeof copy.properties === 'object';
  if (isObject && !part && !('additionalProperties' in copy)) copy.additionalProperties = false;
  return copy;
}

function expectCode(where: string, described: Json, code: unknown): void {
  const codes = described['x-codes'] as unknown[] | undefined;
  if (codes && !codes.includes(code))
    throw new Error(`${where}: the document has no code ${String(code)} here`);
}

interface Route {
  method: string;
  pattern: RegExp;
  responses: Record<string, Json>;
}

/** Fixed paths come before those with parameters: `/me` is not the user called me. */
function routesOf(openapi: Json): Route[] {
  const variables = (path: string): number => path.split('{').length;
  return Object.entries(openapi.paths as Record<string, Record<string, Json>>)
    .sort(([a], [b]) => variables(a) - variables(b))
    .flatMap(([path, methods]) => {
      const parts = path
        .split(/\{[^}]+\}/)
        .map((text) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
      return Object.entries(methods).map(([method, operation]) => ({
        method,
        pattern: new RegExp(`^${parts.join('[^/]+')}$`),
        responses: operation.responses as Record<string, Json>,
      }));
    });
}

interface WebhookOperation {
  requestBody: { content: Record<string, { schema: Json }> };
}

interface Operation {
  action: string;
  messages: Json[];
  reply?: { messages: Json[] };
}

function messagesOf(asyncapi: Json) {
  const events = new Map<string, Json>();
  const acks = new Map<string, Json>();
  for (const operation of Object.values(asyncapi.operations as Record<string, Operation>)) {
    const message = follow(asyncapi, operation.messages[0] as Json);
    const reply = operation.reply && follow(asyncapi, operation.reply.messages[0] as Json);
    if (operation.action === 'send') events.set(message.name as string, message);
    else if (reply && 'oneOf' in (reply.payload as Json)) acks.set(message.name as string, reply);
    else if (reply) events.set(reply.name as string, reply);
  }
  return { events, acks };
}

/** What an object of the document is, after every `$ref`. Throws when one leads nowhere. */
export function follow(document: Json, value: Json): Json {
  if (typeof value.$ref !== 'string') return value;
  const found = value.$ref
    .slice(2)
    .split('/')
    .map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document);
  if (!found) throw new Error(`${value.$ref} leads nowhere`);
  return follow(document, found as Json);
}
