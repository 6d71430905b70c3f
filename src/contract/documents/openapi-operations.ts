import { z } from 'zod';
import type { Json } from './schemas.js';

/** The operations outside `/v1`: for whoever runs the service, and the documents themselves. */

const json = (description: string, schema: Json): Json => ({
  description,
  content: { 'application/json': { schema } },
});
const text = (description: string, type: string): Json => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
});
const read = (operationId: string, summary: string, responses: Json): Json => ({
  get: {
    operationId,
    tags: ['operations'],
    summary,
    description: 'Outside `/v1`: needs no sign-in, and may grow without notice.',
    security: [],
    // What is not shown here: metrics are on a port of their own in production, and an older server has fewer pages.
    responses: { ...responses, 404: { $ref: '#/components/responses/NotFound' } },
  },
});

const upOrDown = z.enum(['up', 'down']);
/** What these operations answer in JSON, by the name of its component. */
export const operationsSchemas = {
  Health: z.object({ ok: z.boolean().describe('false: stuck, to be started anew') }),
  Readiness: z.object({
    ready: z.boolean(),
    starting: z
      .boolean()
      .optional()
      .describe('Waits for a server that it has not reached yet, or prepares what it serves'),
    draining: z.boolean().optional().describe('On its way out'),
    mongodb: upOrDown
      .optional()
      .describe('As of the last second; a node stays ready for 30 s without it'),
    redis: z
      .enum([...upOrDown.options, 'readOnly'])
      .optional()
      .describe(
        'down is degraded, not unready; so is readOnly: the server has become a replica, and connections to it are left',
      ),
    queues: upOrDown.optional().describe('The Redis of the queues'),
  }),
  KeySet: z.object({
    keys: z.array(
      z
        .object({
          kty: z.string(),
          kid: z.string(),
          crv: z.string().optional(),
          x: z.string().optional(),
          y: z.string().optional(),
          use: z.string().optional(),
          alg: z.string().optional(),
        })
        .meta({ id: 'Key' }),
    ),
  }),
};
const component = (name: keyof typeof operationsSchemas): Json => ({
  $ref: `#/components/schemas/${name}`,
});
const page = { 200: text('A page', 'text/html') };
const document = (description: string): Json => ({ 200: json(description, { type: 'object' }) });

export const operationsPaths: Record<string, Json> = {
  '/healthz': read('health', 'The process is alive', {
    200: json('It is', component('Health')),
    503: json('It is stuck', component('Health')),
  }),
  '/readyz': read('readiness', 'This node takes work', {
    200: json('It does', component('Readiness')),
    503: json(
      'It starts, ends, or has not reached its database for a while',
      component('Readiness'),
    ),
  }),
  '/metrics': read('metrics', 'Prometheus metrics; on a port of their own in production', {
    200: text('Text exposition format', 'text/plain'),
  }),
  '/openapi.json': read('openApiDocument', 'This document', document('OpenAPI 3.1')),
  '/asyncapi.json': read('asyncApiDocument', 'The socket events', document('AsyncAPI 3.0')),
  '/webhooks.json': read(
    'webhooksDocument',
    "What the team's own server is told",
    document('OpenAPI 3.1'),
  ),
  '/docs': read('restPage', 'This document to read and try', page),
  '/docs/events': read('eventsPage', 'The socket events to read', page),
  '/docs/states': read('statesPage', 'What can happen to an offer and a deal, as pictures', page),
  '/docs/errors': read('errorsPage', 'The error codes to read', page),
  '/.well-known/jwks.json': read('keySet', 'The keys that verify access tokens', {
    200: json('JSON Web Key Set (RFC 7517)', component('KeySet')),
  }),
};
