import { webhooks } from '../webhooks.js';
import { webhookGuide } from './guide.js';
import { info } from './info.js';
import { type Json, type Wanted, makeSchemas, pascal } from './schemas.js';

const table = Object.entries(webhooks);

const keyOf = (type: string) => `webhook.${type}`;
const nameOf = (type: string) => `Webhook${pascal(type.replace('.', '-'))}`;

const wanted: Record<string, Wanted> = Object.fromEntries(
  table.map(([type, { payload }]) => [
    keyOf(type),
    { schema: payload, io: 'output', name: nameOf(type) },
  ]),
);

const header = (name: string, description: string, schema: Json): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema,
});

/** Standard Webhooks: https://www.standardwebhooks.com */
const headers = [
  header('webhook-id', 'The same in every try of this event: drop what you have had', {
    type: 'string',
  }),
  header('webhook-timestamp', 'Seconds since 1970 of this try; refuse what is too old', {
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    format: 'int64',
  }),
  header(
    'webhook-signature',
    '`v1,` and the HMAC-SHA256 (base64) of `id.timestamp.body`, one for each secret, with blanks between',
    { type: 'string' },
  ),
];

const responses = {
  '2XX': { description: 'Taken; it is not sent again' },
  '410': { description: 'Send nothing more, until somebody enables the endpoint again' },
  default: {
    description:
      'Sent again later, with growing pauses for about a day; `Retry-After` is obeyed. Redirects are not followed',
  },
};

const operations = (schemas: Record<string, Json>): Record<string, Json> =>
  Object.fromEntries(
    table.map(([type, { summary, description }]) => [
      type,
      {
        post: {
          operationId: keyOf(type),
          tags: ['webhooks'],
          summary,
          description,
          security: [],
          parameters: headers,
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemas[keyOf(type)] } },
          },
          responses,
        },
      },
    ]),
  );

/**
 * The OpenAPI 3.1 document of what this server sends to the team's own, `/webhooks.json`. Apart from the REST door,
 * because generators would make calls to this server of it. A new copy each time.
 */
export function webhooksDocument(publicUrl?: string): Json {
  const { schemas, components } = makeSchemas(wanted, 'draft-2020-12');
  return structuredClone({
    openapi: '3.1.1',
    ...info('Haggle webhooks', "What the team's own server is told", webhookGuide, publicUrl),
    tags: [{ name: 'webhooks', description: "What the team's own server is told" }],
    webhooks: operations(schemas),
    components: { schemas: components },
  });
}
