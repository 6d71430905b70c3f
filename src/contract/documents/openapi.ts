import { takesIfMatch, endpoints, type Access, type Endpoint } from '../rest.js';
import { Problem } from '../views.js';
import { bodyExamples } from './examples.js';
import { restSummary } from './guide.js';
import { info } from './info.js';
import { ErrorResponses, codesByStatus } from './openapi-errors.js';
import { operationsPaths, operationsSchemas } from './openapi-operations.js';
import { type Json, type Wanted, makeSchemas, nameOfRequest, pascal } from './schemas.js';

type Part = 'params' | 'query' | 'body' | 'reply';
type SchemaOf = (operation: string, part: Part) => Json;

const tags: Record<string, string> = {
  alerts: 'Keywords and searches that one waits for, and people whom one follows',
  auth: 'Accounts, tokens and sessions',
  me: 'What belongs to the caller',
  users: 'Other people',
  listings: 'What is for sale',
  conversations: 'One buyer and one seller about one listing; a log of entries',
  images: 'Uploaded first, then named in a message',
  offers: 'Prices offered, accepted, declined and withdrawn',
  moderation: 'What people tell the moderators',
  admin: 'For whoever runs the service: people with a role',
  demo: 'Only where the demo is on',
  operations: 'For whoever runs the service; without `/v1`',
};

/**
 * The OpenAPI 3.1 document of the REST door, made from the endpoint table and its schemas. A new copy each time.
 * @param publicUrl where clients reach the service; left out: where the document came from
 */
export function openApiDocument(publicUrl?: string): Json {
  const table: [string, Endpoint][] = Object.entries(endpoints);
  const { schemas, components } = makeSchemas(wantedBy(table), 'draft-2020-12');
  const schemaOf: SchemaOf = (operation, part) => schemas[`${operation}.${part}`] ?? {};

  const errors = new ErrorResponses();
  const paths: Record<string, Json> = {};
  for (const [id, endpoint] of table) {
    const path = `/v1${endpoint.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [endpoint.method]: operation(id, endpoint, schemaOf, errors) };
  }
  const used = new Set([...table.map(([, endpoint]) => endpoint.tag), 'operations']);
  return structuredClone({
    openapi: '3.1.1',
    ...info(
      'Haggle REST API',
      'Listings, buyer–seller chat and price offers',
      restSummary,
      publicUrl,
    ),
    tags: [...used].map((name) => ({ name, description: tags[name] ?? name })),
    paths: { ...paths, ...operationsPaths },
    components: {
      schemas: components,
      responses: errors.components,
      headers,
      securitySchemes: {
        // One for all: of two schemes of one kind, generators make one class twice.
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          description:
            '`accessToken` of sign-up, login or refresh. For operations that say so, a server key of the host app, ' +
            'made in the admin area; never on a device',
        },
      },
    },
  });
}

const headers = {
  ETag: {
    description: 'Version of the resource, for `If-None-Match` and `If-Match`',
    schema: { type: 'string' },
  },
  WwwAuthenticate: {
    description: '`Bearer`',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Seconds after which a retry may succeed',
    schema: { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1, format: 'int32' },
  },
};

/** The schemas of all operations; bodies are named as in the contract, replies without an id after the operation. */
function wantedBy(table: [string, Endpoint][]): Record<string, Wanted> {
  const wanted: Record<string, Wanted> = {
    problem: { schema: Problem, io: 'output' },
    ...Object.fromEntries(
      Object.entries(operationsSchemas).map(([name, schema]) => [
        `operations.${name}`,
        { schema, io: 'output', name } as const,
      ]),
    ),
  };
  for (const [id, { params, query, body, reply }] of table) {
    wanted[`${id}.params`] = { schema: params, io: 'input' };
    wanted[`${id}.query`] = { schema: query, io: 'input' };
    if (body)
      wanted[`${id}.body`] = {
        schema: body,
        io: 'input',
        name: nameOfRequest(body) ?? `${pascal(id)}Body`,
      };
    if (reply) wanted[`${id}.reply`] = { schema: reply, io: 'output', name: `${pascal(id)}Reply` };
  }
  return wanted;
}

const securityOf: Record<Access, Json[]> = {
  public: [],
  guest: [{}, { accessToken: [] }],
  user: [{ accessToken: [] }],
  verified: [{ accessToken: [] }],
  admin: [{ accessToken: [] }],
  operator: [{ accessToken: [] }],
  moderator: [{ accessToken: [] }],
  host: [{ accessToken: [] }],
};

const needsRole = (role: string): string =>
  `Needs the access token of a person with the role ${role}, of a session in which the second factor was shown.`;

const needs: Record<Access, string> = {
  public: 'Needs no sign-in.',
  guest:
    'Needs no sign-in, unless the server keeps guests out; with an access token, the answer is for that person.',
  user: 'Needs an access token.',
  verified: 'Needs an access token, and a confirmed e-mail address where the server asks for one.',
  admin: needsRole('`admin`'),
  operator: needsRole('`operator` or `admin`'),
  moderator: needsRole('`moderator`, `operator` or `admin`'),
  host: 'Needs a server key of the host app, in place of an access token.',
};

function operation(id: string, endpoint: Endpoint, schemaOf: SchemaOf, errors: ErrorResponses) {
  const { tag, summary, access, scope, body, upload } = endpoint;
  const needed = needs[access] + (scope ? ` Its scope: \`${scope}\`.` : '');
  const example = bodyExamples[id];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [endpoint.description, needed].filter(Boolean).join('\n\n'),
    security: securityOf[access],
    parameters: [
      ...parameters('path', schemaOf(id, 'params')),
      ...parameters('query', schemaOf(id, 'query')),
      ...headerParameters(endpoint),
    ],
    ...(upload && {
      requestBody: {
        required: true,
        content: { 'multipart/form-data': { schema: formOf(upload) } },
      },
    }),
    ...(body && {
      requestBody: {
        // A body that may be empty may be left out.
        required: !body.safeParse({}).success,
        content: {
          'application/json': {
            schema: schemaOf(id, 'body'),
            ...(example !== undefined && { example }),
          },
        },
      },
    }),
    responses: { ...successes(id, endpoint, schemaOf), ...errors.of(codesByStatus(endpoint)) },
  };
}

const formOf = (field: string): Json => ({
  type: 'object',
  properties: { [field]: { type: 'string', format: 'binary' } },
  required: [field],
  additionalProperties: false,
});

function parameters(place: 'path' | 'query', schema: Json): Json[] {
  const required = (schema.required ?? []) as string[];
  return Object.entries((schema.properties ?? {}) as Record<string, Json>).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: one,
  }));
}

function headerParameters(endpoint: Endpoint): Json[] {
  const header = (taken: boolean, name: string, description: string, pattern?: string): Json[] =>
    taken
      ? [{ name, in: 'header', required: false, description, schema: { type: 'string', pattern } }]
      : [];
  const { idempotent = false, etag = false, method } = endpoint;
  return [
    ...header(
      idempotent,
      'Idempotency-Key',
      'Made once per intent and sent again unchanged on every retry; kept for 24 hours',
      '^[\\x21-\\x7e]{1,128}$',
    ),
    ...header(etag && method === 'get', 'If-None-Match', 'An `ETag` that is known'),
    ...header(takesIfMatch(endpoint), 'If-Match', 'The `ETag` that the change is based on'),
  ];
}

function successes(id: string, endpoint: Endpoint, schemaOf: SchemaOf): Record<string, Json> {
  const { success, reply, download, etag, method } = endpoint;
  const tagged = etag && { headers: { ETag: { $ref: '#/components/headers/ETag' } } };
  const answers = success.map((status): [string, Json] => [
    String(status),
    {
      description: status === 201 ? 'Created' : status === 204 ? 'Done; no body' : 'Done',
      ...tagged,
      ...(reply && { content: { 'application/json': { schema: schemaOf(id, 'reply') } } }),
      ...(download && {
        content: { [download]: { schema: schemaOfFile(download) } },
      }),
    },
  ]);
  if (download)
    answers.push(
      ['206', { ...answers[0]![1], description: 'The part that `Range` asks for' }],
      ['416', { description: 'There is no such part; no body' }],
    );
  if (etag && method === 'get')
    answers.push(['304', { description: 'Nothing changed; no body', ...tagged }]);
  return Object.fromEntries(answers);
}

const schemaOfFile = (type: string) =>
  type === 'application/json' ? { type: 'object' } : { type: 'string', format: 'binary' };
