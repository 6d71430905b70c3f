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
    responses,
  },
});

const health = {
  type: 'object',
  properties: { status: { type: 'string', examples: ['ok'] } },
};
const upOrDown = { type: 'string', 'x-extensible-enum': ['up', 'down'] };
const readiness = {
  type: 'object',
  properties: {
    ready: { type: 'boolean' },
    draining: { type: 'boolean', description: 'On its way out: takes no new sockets' },
    mongodb: upOrDown,
    redis: {
      type: 'string',
      enum: ['up', 'down', 'readOnly'],
      description:
        'down is degraded, not unready; so is readOnly: the server has become a replica, and connections to it are left',
    },
  },
  required: ['ready'],
};
const keySet = {
  type: 'object',
  properties: {
    keys: {
      type: 'array',
      items: {
        type: 'object',
        properties: Object.fromEntries(
          ['kty', 'crv', 'x', 'y', 'kid', 'use', 'alg'].map((name) => [name, { type: 'string' }]),
        ),
        required: ['kty', 'kid'],
      },
    },
  },
  required: ['keys'],
};
const anObject = { type: 'object' };

export const operationsPaths: Record<string, Json> = {
  '/healthz': read('health', 'The process is alive', { 200: json('It is', health) }),
  '/readyz': read('readiness', 'This node takes work', {
    200: json('It does', readiness),
    503: json('A dependency is down, or the node is draining', readiness),
  }),
  '/metrics': read('metrics', 'Prometheus metrics; on a port of their own in production', {
    200: text('Text exposition format', 'text/plain'),
  }),
  '/openapi.json': read('openApiDocument', 'This document', {
    200: json('OpenAPI 3.1', anObject),
  }),
  '/asyncapi.json': read('asyncApiDocument', 'The socket events', {
    200: json('AsyncAPI 3.0', anObject),
  }),
  '/webhooks.json': read('webhooksDocument', "What the team's own server is told", {
    200: json('OpenAPI 3.1', anObject),
  }),
  '/docs': read('restPage', 'This document to read and try', { 200: text('A page', 'text/html') }),
  '/docs/events': read('eventsPage', 'The socket events to read', {
    200: text('A page', 'text/html'),
  }),
  '/docs/states': read('statesPage', 'What can happen to an offer and a deal, as pictures', {
    200: text('A page', 'text/html'),
  }),
  '/docs/errors': read('errorsPage', 'The error codes to read', {
    200: text('A page', 'text/html'),
  }),
  '/.well-known/jwks.json': read('keySet', 'The keys that verify access tokens', {
    200: json('JSON Web Key Set (RFC 7517)', keySet),
  }),
};
