import { Parser } from '@asyncapi/parser';
import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { asyncApiDocument } from '../../src/contract/documents/asyncapi.js';
import {
  bodyExamples,
  clientEventExamples,
  serverEventExamples,
  viewExamples,
} from '../../src/contract/documents/examples.js';
import { openApiDocument } from '../../src/contract/documents/openapi.js';
import { webhooksDocument } from '../../src/contract/documents/openapi-webhooks.js';
import { type Json, makeSchemas } from '../../src/contract/documents/schemas.js';
import {
  clientEvents,
  endpoints,
  errorCodes,
  request,
  serverEvents,
  type Endpoint,
} from '../../src/contract/index.js';
import { conformanceTo, follow } from '../environment/conformance.js';

const openapi = openApiDocument();
const asyncapi = asyncApiDocument();
const webhooks = webhooksDocument();
const { expectConforms, expectEventConforms, expectAckConforms } = conformanceTo({
  openapi,
  asyncapi,
  webhooks,
});
const table: [string, Endpoint][] = Object.entries(endpoints);
const schemasOf = (document: Json): Record<string, Json> =>
  (document.components as { schemas: Record<string, Json> }).schemas;
/** Each component is compiled once, and not again wherever it is named. */
const compiledOnce = { validateFormats: false, inlineRefs: false, code: { optimize: false } };
const copy = <T>(value: T): T => structuredClone(value);

interface Operation {
  operationId: string;
  security: unknown[];
  parameters: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Json; example?: unknown }> };
  responses: Record<string, Json>;
}
const operationOf = (id: string): Operation => {
  const { method, path } = endpoints[id as keyof typeof endpoints] as Endpoint;
  const paths = openapi.paths as Record<string, Record<string, Operation>>;
  const found = paths[`/v1${path.replace(/:(\w+)/g, '{$1}')}`]?.[method];
  if (!found) throw new Error(`${id} is not in the document`);
  return found;
};
const codesOf = (id: string, status: number): string[] => {
  const response = operationOf(id).responses[status];
  return response ? (follow(openapi, response)['x-codes'] as string[]) : [];
};

/** Every `$ref` of a document, wherever it stands. */
function pointersIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(pointersIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === '$ref' ? [String(item)] : pointersIn(item),
  );
}

describe('all documents', () => {
  test.each([
    ['OpenAPI', openapi],
    ['AsyncAPI', asyncapi],
    ['webhooks', webhooks],
  ])('%s: every pointer leads somewhere, every component is used', (_, document) => {
    const pointers = new Set(pointersIn(document));
    expect(pointers.size).toBeGreaterThan(20);
    for (const pointer of pointers) follow(document, { $ref: pointer });
    for (const name of Object.keys(schemasOf(document)))
      expect(pointers).toContain(`#/components/schemas/${name}`);
  });

  test('every component is a JSON Schema without unknown or pointless words', () => {
    const strictly = { ...compiledOnce, strict: true, strictRequired: false };
    for (const [ajv, document] of [
      [new Ajv2020(strictly), openapi],
      [new Ajv(strictly), asyncapi],
    ] as const) {
      ajv.addVocabulary(['components', 'x-extensible-enum']);
      ajv.addSchema({ components: document.components }, 'document');
      for (const [name, schema] of Object.entries(schemasOf(document))) {
        expect([name, ajv.validateSchema(schema), ajv.errors]).toEqual([name, true, null]);
        const compiled = ajv.getSchema(`document#/components/schemas/${name}`);
        expect([name, typeof compiled]).toEqual([name, 'function']);
      }
    }
  });

  /** What stands beside a pointer and is no description. */
  const unsaid = ({ $ref: _, description: __, ...rest }: Json) => Object.keys(rest);

  /** Every object of a document, with where it stands. */
  function* partsOf(value: unknown, at = ''): Generator<[string, Json]> {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) yield [at, value as Json];
    for (const [key, item] of Object.entries(value)) yield* partsOf(item, `${at}/${key}`);
  }

  test.each([
    ['OpenAPI', openapi],
    ['AsyncAPI', asyncapi],
    ['webhooks', webhooks],
  ])('%s: has nothing that generators of clients make broken code of', (_, document) => {
    // What generators do with each: docs/clients/generators.md.
    const faults = [...partsOf(document)].flatMap(([at, part]) => {
      if (/\/(examples?|payload)\//.test(at) && !at.startsWith('/components/schemas')) return [];
      const only = (part.allOf ?? []) as Json[];
      return [
        part.properties !== undefined &&
          Boolean(part.additionalProperties) &&
          'open beside properties',
        part.type === 'null' && !/\/(anyOf|oneOf)\/\d+$/.test(at) && 'null alone',
        part.type === 'number' && part.format !== 'double' && 'a number without format',
        part.format === 'date-time' && part.pattern !== undefined && 'a pattern of times',
        part.type === 'integer' && !/^int(32|64)$/.test(String(part.format)) && 'no size',
        part.type === 'integer' && part.maximum === undefined && 'no bound',
        part.type === 'integer' && part.enum !== undefined && 'an enumeration of numbers',
        part.const !== undefined && typeof part.const === 'number' && 'a constant number',
        only.length === 1 && 'a pointer in a list of its own',
        part.$ref !== undefined && unsaid(part).length > 0 && 'more than words beside a pointer',
      ].flatMap((fault) => (fault ? [`${fault} at ${at}`] : []));
    });
    expect(faults).toEqual([]);
  });

  test.each([
    ['OpenAPI', openapi],
    ['AsyncAPI', asyncapi],
    ['webhooks', webhooks],
  ])('%s: each title is the name of one schema', (_, document) => {
    const titles = [...partsOf(document)].flatMap(([at, { title }]) =>
      typeof title === 'string' && !/\/(examples?|info)(\/|$)/.test(at) ? [title] : [],
    );
    expect(titles).toEqual([...new Set(titles)]);
  });

  test('every operation says what it does, and how it refuses', () => {
    const operations = Object.values({ ...(openapi.paths as Json), ...(webhooks.webhooks as Json) })
      .flatMap((path) => Object.values(path as Record<string, Json>))
      .concat(Object.values(asyncapi.operations as Record<string, Json>));
    expect(operations.length).toBeGreaterThan(100);
    for (const { summary, operationId, description, responses } of operations) {
      expect([operationId, summary]).toEqual([operationId, expect.stringMatching(/./)]);
      expect([summary, description]).toEqual([summary, expect.stringMatching(/./)]);
      if (responses)
        expect(Object.keys(responses)).toContainEqual(expect.stringMatching(/^(4..|default)$/));
    }
  });

  test('values of answers are open, those of requests are not, and no body has a default', () => {
    const { Message, CreateListing } = schemasOf(openapi);
    const kinds = follow(openapi, (Message!.properties as Record<string, Json>).kind!);
    expect(kinds).toMatchObject({ type: 'string' });
    expect(kinds['x-extensible-enum']).toContain('text');
    expect(kinds).not.toHaveProperty('enum');
    const bodies = Object.values(bodySchemas());
    expect(bodies.length).toBeGreaterThan(20);
    const answers = Object.values(openapi.paths as Record<string, Record<string, Operation>>)
      .flatMap((path) => Object.values(path))
      .flatMap(({ responses }) => [...reachedFrom(openapi, responses)]);
    expect(answers.length).toBeGreaterThan(1000);
    expect(answers.filter((part) => 'enum' in part)).toEqual([]);
    const closing = bodies
      .flatMap((body) => [...partsOf(body)])
      .filter(([, part]) => 'default' in part || 'x-extensible-enum' in part);
    expect(closing).toEqual([]);
    expect(JSON.stringify(CreateListing)).toContain('Left out: \\"KRW\\"');
  });

  /** Every object under this one, with those that it points to; examples are data and left out. */
  function* reachedFrom(document: Json, value: unknown, met = new Set<unknown>()): Generator<Json> {
    if (typeof value !== 'object' || value === null || met.has(value)) return;
    met.add(value);
    if (!Array.isArray(value)) yield value as Json;
    const target = '$ref' in value ? [follow(document, value)] : [];
    for (const [key, item] of [...Object.entries(value), ...target.map((one) => ['$ref', one])])
      if (key !== 'examples' && key !== 'example') yield* reachedFrom(document, item, met);
  }

  /** The bodies of all operations, followed once. */
  const bodySchemas = () =>
    Object.fromEntries(
      table
        .filter(([, { body }]) => body)
        .map(([id]) => [
          id,
          follow(openapi, operationOf(id).requestBody!.content['application/json']!.schema),
        ]),
    );

  test('the address of the server is in the documents once it is known', () => {
    const known = openApiDocument('https://haggle.example');
    expect(known.servers).toEqual([{ url: 'https://haggle.example', description: 'This server' }]);
    expect(known.externalDocs).toMatchObject({ url: 'https://haggle.example/docs' });
    expect(openapi.servers).toMatchObject([{ url: '/' }]);
    expect(String((openapi.info as Json).description).length).toBeLessThan(600);
    expect(openapi).not.toHaveProperty('webhooks');
    expect(Object.keys(webhooks.webhooks as Json)).toContain('message.created');
  });

  test('an example of a view is one', () => {
    const extra = { ...openapi, paths: {} as Json };
    const used = Object.keys(viewExamples);
    for (const name of used)
      extra.paths = {
        ...extra.paths,
        [`/${name}`]: { get: { responses: { 200: answering(name) } } },
      };
    const views = conformanceTo({ openapi: extra, asyncapi, webhooks });
    for (const name of used) views.expectConforms('get', `/${name}`, 200, viewExamples[name]);
  });

  test('two schemas cannot share a name, and a sent form that differs gets its own', () => {
    const text = z.object({ text: z.string().default('') }).meta({ id: 'TestText' });
    const around = z.object({ text }).meta({ id: 'TestAround' });
    const { schemas, components } = makeSchemas(
      { sent: { schema: around, io: 'input' }, told: { schema: around, io: 'output' } },
      'draft-2020-12',
    );
    expect(schemas.sent).toEqual({ $ref: '#/components/schemas/TestAroundInput' });
    expect(schemas.told).toEqual({ $ref: '#/components/schemas/TestAround' });
    expect(components.TestAroundInput?.properties).toEqual({
      text: { $ref: '#/components/schemas/TestTextInput' },
    });
    expect(components.TestText?.required).toEqual(['text']);
    expect(components.TestTextInput?.required).toBeUndefined();
    const clash = { schema: z.object({}), io: 'output', name: 'TestText' } as const;
    expect(() =>
      makeSchemas({ told: { schema: around, io: 'output' }, clash }, 'draft-2020-12'),
    ).toThrow('TestText');
  });
});

const answering = (name: string): Json => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});

describe('OpenAPI', () => {
  test('is a valid document of version 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(copy(openapi))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test.each(table)('%s says how it answers', (id, endpoint) => {
    const operation = operationOf(id);
    expect(operation.operationId).toBe(id);
    for (const status of endpoint.success) {
      const response = operation.responses[status] as Json;
      const media = endpoint.download ?? (endpoint.reply ? 'application/json' : undefined);
      expect(Object.keys(response.content ?? {})).toEqual(media ? [media] : []);
    }
    for (const code of endpoint.errors)
      expect(codesOf(id, errorCodes[code].status)).toContain(code);
    expect(codesOf(id, 422)).toContain('VALIDATION_FAILED');
    expect(codesOf(id, 429)).toEqual(['RATE_LIMITED']);
    expect(codesOf(id, 500)).toEqual(['INTERNAL']);
    expect(codesOf(id, 503)).toContain('UNAVAILABLE');
    const signedIn = endpoint.access === 'user' || endpoint.access === 'verified';
    const guest = endpoint.access === 'guest' ? [{}] : [];
    expect(operation.security).toEqual(
      endpoint.access === 'public' ? [] : [...guest, { accessToken: [] }],
    );
    if (signedIn || endpoint.access === 'guest')
      expect(codesOf(id, 401)).toEqual(['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'SESSION_REVOKED']);
    if (endpoint.access === 'verified') expect(codesOf(id, 403)).toContain('EMAIL_NOT_VERIFIED');
    const form = endpoint.upload ? 'multipart/form-data' : undefined;
    const media = endpoint.body ? 'application/json' : form;
    expect(Object.keys(operation.requestBody?.content ?? {})).toEqual(media ? [media] : []);
    const ofFiles = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_TYPE'] as const;
    expect([...codesOf(id, 413), ...codesOf(id, 415)]).toEqual(
      ofFiles.filter((code) => media ?? endpoint.errors.includes(code)),
    );
  });

  test.each(table)('%s says what it takes', (id, endpoint) => {
    const { parameters, requestBody, responses } = operationOf(id);
    const named = (place: string): string[] =>
      parameters.filter((one) => one.in === place).map((one) => one.name);
    expect(named('path')).toEqual(endpoint.path.match(/(?<=:)\w+/g) ?? []);
    const writes = endpoint.method !== 'get';
    expect(named('header').includes('Idempotency-Key')).toBe(endpoint.idempotent === true);
    expect(named('header').includes('If-None-Match')).toBe(endpoint.etag === true && !writes);
    expect('304' in responses).toBe(endpoint.etag === true && !writes);
    expect(named('header').includes('If-Match')).toBe(
      ['VERSION_CONFLICT', 'OFFER_CHANGED'].some((code) => codesOf(id, 412).includes(code)),
    );
    if (!endpoint.body) return;
    const { schema, example } = requestBody?.content['application/json'] ?? {};
    expect(schema?.$ref).toMatch(/^#\/components\/schemas\/\w+$/);
    expect([id, example]).toEqual([id, expect.anything()]);
  });

  const components = new Ajv2020({ ...compiledOnce, strict: false }).addSchema(
    { components: openapi.components },
    'document',
  );

  test.each(Object.entries(bodyExamples))('the example for %s is accepted', (id, example) => {
    const { body } = endpoints[id as keyof typeof endpoints] as Endpoint;
    expect(body?.safeParse(example).error).toBeUndefined();
    const { schema } = operationOf(id).requestBody?.content['application/json'] ?? {};
    const validate = components.getSchema(`document${String(schema?.$ref)}`)!;
    expect([validate(example), validate.errors]).toEqual([true, null]);
    expect(validate({ ...(example as Json), surprise: 1 })).toBe(false);
  });

  test('what people type is not held against the folded form', () => {
    const validate = components.getSchema('document#/components/schemas/SignUp')!;
    const typed = { email: ' Minji@Example.com ', password: 'long enough', nickname: 'Minji' };
    expect(request.SignUp.safeParse(typed).success).toBe(true);
    expect(validate(typed)).toBe(true);
  });
});

describe('AsyncAPI', () => {
  /** Severity of the parser; above it are hints, as that there is a newer version. */
  const warning = 1;

  test('is a valid document of version 3', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncapi));
    expect(diagnostics.filter(({ severity }) => Number(severity) <= warning)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    const named = document
      ?.messages()
      .all()
      .map((message) => message.name());
    expect(named).toEqual(
      expect.arrayContaining([...Object.keys(clientEvents), ...Object.keys(serverEvents)]),
    );
  });

  test.each(Object.entries(clientEvents))('%s is there with its answer', (name, event) => {
    const example = clientEventExamples[name as keyof typeof clientEvents];
    expect(event.payload.safeParse(example?.payload).error).toBeUndefined();
    expectAckConforms(name, { ok: true, data: example?.data });
    for (const code of event.errors) expectAckConforms(name, refusal(code));
    const needsProof = () => expectAckConforms(name, refusal('EMAIL_NOT_VERIFIED'));
    if (event.access === 'verified') needsProof();
    else expect(needsProof).toThrow('EMAIL_NOT_VERIFIED');
    expect(() => expectAckConforms(name, refusal('EMAIL_TAKEN'))).toThrow('EMAIL_TAKEN');
  });

  test.each(Object.keys(serverEvents))('%s is there', (name) => {
    expectEventConforms(name, serverEventExamples[name as keyof typeof serverEvents]);
  });

  test('a refused handshake says why', () => {
    expectEventConforms('connect_error', { code: 'TOKEN_EXPIRED', retryable: false });
    expect(() =>
      expectEventConforms('connect_error', { code: 'NOT_FOUND', retryable: false }),
    ).toThrow('no code NOT_FOUND');
  });
});

const refusal = (code: string): Json => ({
  ok: false,
  error: { code, message: 'No', retryable: false },
});

describe('conformance', () => {
  const user = viewExamples.User as Json;
  const profile = viewExamples.Profile as Json;
  const problem = {
    ...(viewExamples.Problem as Json),
    status: 404,
    code: 'NOT_FOUND',
  };

  test('takes what the documents say', () => {
    expectConforms('GET', '/v1/users/someone?x=1', 200, profile);
    expectConforms('GET', '/v1/users/someone', 304);
    expectConforms('GET', '/v1/users/someone', 404, problem);
    expectConforms('DELETE', '/v1/auth/sessions/one', 204);
    expectConforms('GET', '/v1/me', 200, viewExamples.Me);
    expectConforms('GET', '/metrics', 200, 'up 1');
    expectConforms('GET', '/healthz', 503, { ok: false });
    const ready = { ready: true, draining: false, mongodb: 'up', redis: 'readOnly' };
    expectConforms('GET', '/readyz', 200, ready);
  });

  test.each<[string, () => void, string]>([
    ['path', () => expectConforms('GET', '/v1/nothing', 200, {}), 'no such call'],
    ['method', () => expectConforms('PUT', '/v1/me', 200, {}), 'no such call'],
    ['status', () => expectConforms('GET', '/v1/users/a', 202, user), 'no such status'],
    [
      'property',
      () => expectConforms('GET', '/v1/users/a', 200, { ...profile, email: 'a@b.kr' }),
      'additional properties',
    ],
    [
      'nested property',
      () =>
        expectConforms('GET', '/v1/listings/a', 200, {
          ...(viewExamples.Listing as Json),
          seller: { ...user, email: 'a@b.kr' },
        }),
      '/seller must NOT have additional properties',
    ],
    ['lack', () => expectConforms('GET', '/v1/users/a', 200, { id: 'a' }), "'nickname'"],
    [
      'time',
      () => expectConforms('GET', '/v1/users/a', 200, { ...profile, createdAt: '2026-01-01' }),
      '/createdAt',
    ],
    ['body', () => expectConforms('DELETE', '/v1/auth/sessions/a', 204, {}), 'no body'],
    [
      'code',
      () => expectConforms('GET', '/v1/users/a', 404, { ...problem, code: 'FORBIDDEN' }),
      'no code FORBIDDEN',
    ],
    [
      'status inside',
      () => expectConforms('GET', '/v1/users/a', 404, { ...problem, status: 400 }),
      'says 400',
    ],
    ['event', () => expectEventConforms('nothing:new', {}), 'no such event'],
    [
      'event of clients',
      () => expectEventConforms('message:send', clientEventExamples['message:send']?.payload),
      'no such event',
    ],
    [
      'property of an event',
      () => expectEventConforms('sync:hint', { conversationId: 'a', lastSeq: 1, extra: 1 }),
      'additional properties',
    ],
    [
      'property of an entry',
      () =>
        expectEventConforms('message:new', {
          message: { ...(viewExamples.Message as Json), secret: 1 },
        }),
      '/message must NOT have additional properties',
    ],
    ['answer', () => expectAckConforms('typing:set', undefined), 'must be object'],
    ['data', () => expectAckConforms('typing:set', { ok: true, data: { a: 1 } }), '/data'],
  ])('refuses another %s', (_, claim, reason) => {
    expect(claim).toThrow(reason);
  });
});
