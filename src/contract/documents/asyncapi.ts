import type { z } from 'zod';
import { proofErrors, type ErrorCode } from '../errors.js';
import {
  AckError,
  ConnectRefusal,
  EventHeaders,
  Handshake,
  clientEvents,
  serverEvents,
  type ClientEvent,
  type ClientEventName,
  type ServerEventName,
} from '../events.js';
import {
  clientEventExamples,
  handshakeExamples,
  refusalExample,
  serverEventExamples,
} from './examples.js';
import { socketGuide } from './guide.js';
import { addressOf } from './info.js';
import { type Json, type Wanted, makeSchemas, nameOfRequest, pascal } from './schemas.js';

/** The codes every client event can meet, beside its own. */
const everyEvent: readonly ErrorCode[] = [
  'VALIDATION_FAILED',
  'PAYLOAD_TOO_LARGE',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'SESSION_REVOKED',
  'RATE_LIMITED',
  'DRAINING',
  'UNAVAILABLE',
  'INTERNAL',
];

/** The codes a refused handshake can carry. */
const handshakeCodes: readonly ErrorCode[] = [
  'VALIDATION_FAILED',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'SESSION_REVOKED',
  'FORBIDDEN',
  'PROTOCOL_UNSUPPORTED',
  'RATE_LIMITED',
  'DRAINING',
  'UNAVAILABLE',
  'INTERNAL',
];

const channel = { $ref: '#/channels/events' };

interface Described {
  summary: string;
  payload: z.ZodType;
}

/**
 * The AsyncAPI 3.0 document of the socket door, made from the event tables. As AsyncAPI has it, it takes the
 * server's view: `receive` is what clients send. A new copy each time.
 * @param publicUrl where clients reach the service
 */
export function asyncApiDocument(publicUrl = 'http://localhost:3000'): Json {
  const fromClient = Object.entries(clientEvents) as [ClientEventName, ClientEvent][];
  const fromServer = Object.entries(serverEvents) as [ServerEventName, Described][];
  const { schemas, components } = makeSchemas(wantedBy(fromClient, fromServer), 'draft-07');

  const messages: Record<string, Json> = { ...handshakeMessages(schemas) };
  const operations: Record<string, Json> = {
    connect: {
      summary: 'The handshake',
      description: 'Accepted, `session:ready` follows; refused, `connect_error`.',
      ...receive('connect', 'connectError'),
    },
  };
  for (const [name, { summary, errors, access }] of fromClient) {
    const verified = access === 'verified';
    const codes = verified ? [...errors, ...proofErrors] : errors;
    const id = pascal(name);
    const example = clientEventExamples[name];
    messages[id] = {
      ...eventMessage(name, summary, schemas[`${name}.payload`], example?.payload),
      headers: schemas.headers,
    };
    messages[`${id}Ack`] = ackMessage(name, schemas[`${name}.data`], codes, example?.data);
    operations[id] = {
      summary,
      description: `Sent by clients, and answered in the acknowledgement.${verified ? needsProof : ''}`,
      ...receive(id, `${id}Ack`),
    };
  }
  for (const [name, { summary }] of fromServer) {
    const id = pascal(name);
    messages[id] = eventMessage(name, summary, schemas[name], serverEventExamples[name]);
    operations[id] = { summary, description: 'Sent by the server.', ...send(id) };
  }
  return structuredClone({
    asyncapi: '3.0.0',
    info: {
      title: 'Haggle socket events',
      version: '1.0.0',
      description: socketGuide,
      contact: { name: 'Haggle', url: addressOf('/docs', publicUrl) },
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT' },
      tags: [{ name: 'socket', description: 'What happens while a person looks at the screen' }],
      externalDocs: { url: new URL('/docs', publicUrl).href, description: 'REST API' },
    },
    defaultContentType: 'application/json',
    servers: { gateway: server(new URL(publicUrl)) },
    channels: {
      events: {
        address: '/',
        title: 'Namespace /',
        description: 'The one Socket.IO namespace; WebSocket transport only.',
        messages: Object.fromEntries(
          Object.keys(messages).map((id) => [id, { $ref: `#/components/messages/${id}` }]),
        ),
        bindings: { ws: { method: 'GET', query: engineQuery } },
      },
    },
    operations,
    components: {
      messages,
      schemas: components,
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'The access token of the REST login, as `token` in the `auth` object of the Socket.IO handshake (see the message `connect`), not as a header.',
        },
      },
    },
  });
}

const needsProof =
  ' Needs a confirmed e-mail address, and a proven neighbourhood, where the server asks for them.';

/** What Socket.IO clients put into the address by themselves. */
const engineQuery = {
  type: 'object',
  properties: {
    EIO: { type: 'string', const: '4' },
    transport: { type: 'string', const: 'websocket' },
  },
  required: ['EIO', 'transport'],
};

const server = ({ host, protocol }: URL): Json => ({
  host,
  pathname: '/socket.io/',
  protocol: protocol === 'https:' ? 'wss' : 'ws',
  protocolVersion: 'Socket.IO 5, Engine.IO 4',
  description: 'Any gateway node',
  security: [{ $ref: '#/components/securitySchemes/accessToken' }],
});

function wantedBy(
  fromClient: [ClientEventName, ClientEvent][],
  fromServer: [ServerEventName, Described][],
): Record<string, Wanted> {
  const wanted: Record<string, Wanted> = {
    handshake: { schema: Handshake, io: 'input' },
    headers: { schema: EventHeaders, io: 'input' },
    connectRefusal: { schema: ConnectRefusal, io: 'output' },
    ackError: { schema: AckError, io: 'output' },
  };
  for (const [name, { payload, data }] of fromClient) {
    const own = nameOfRequest(payload) ?? `${pascal(name)}Payload`;
    wanted[`${name}.payload`] = { schema: payload, io: 'input', name: own };
    wanted[`${name}.data`] = { schema: data, io: 'output', name: `${pascal(name)}Data` };
  }
  for (const [name, { payload }] of fromServer)
    wanted[name] = { schema: payload, io: 'output', name: `${pascal(name)}Payload` };
  return wanted;
}

const messageRef = (id: string): Json => ({ $ref: `#/channels/events/messages/${id}` });

const receive = (id: string, replyId: string): Json => ({
  action: 'receive',
  channel,
  messages: [messageRef(id)],
  reply: { channel, messages: [messageRef(replyId)] },
});

const send = (id: string): Json => ({ action: 'send', channel, messages: [messageRef(id)] });

const eventMessage = (
  name: string,
  summary: string,
  payload: Json | undefined,
  example: unknown,
): Json => ({
  name,
  title: name,
  summary,
  payload,
  ...(example !== undefined && { examples: [{ payload: example }] }),
});

/** `{ok: true, data}` or `{ok: false, error}`, the argument of the acknowledgement callback. */
function ackMessage(
  name: string,
  data: Json | undefined,
  errors: readonly ErrorCode[],
  example: unknown,
): Json {
  const codes = [...new Set([...errors, ...everyEvent])];
  const done = {
    title: `${pascal(name)}Done`,
    type: 'object',
    properties: { ok: { type: 'boolean', const: true }, data },
    required: ['ok', 'data'],
  };
  const refused = {
    title: `${pascal(name)}Refused`,
    type: 'object',
    properties: {
      ok: { type: 'boolean', const: false },
      error: { $ref: '#/components/schemas/AckError' },
    },
    required: ['ok', 'error'],
  };
  return {
    name: `${name} (acknowledgement)`,
    title: `${name} (acknowledgement)`,
    summary: `Answer to ${name}`,
    description: listed(codes),
    payload: { oneOf: [done, refused] },
    examples: [
      ...(example === undefined ? [] : [{ name: 'done', payload: { ok: true, data: example } }]),
      { name: 'refused', payload: { ok: false, error: refusalExample } },
    ],
    'x-codes': codes,
  };
}

function handshakeMessages(schemas: Record<string, Json>): Record<string, Json> {
  const { auth, refusal } = handshakeExamples;
  return {
    connect: {
      ...eventMessage('connect', 'The `auth` object of the handshake', schemas.handshake, auth),
      description: "Sent in Socket.IO's CONNECT packet. Accepted: `session:ready` follows.",
    },
    connectError: {
      ...eventMessage(
        'connect_error',
        '`data` of the error when the handshake is refused',
        schemas.connectRefusal,
        refusal,
      ),
      description: listed(handshakeCodes),
      'x-codes': handshakeCodes,
    },
  };
}

const listed = (codes: readonly ErrorCode[]): string =>
  `Codes: ${codes.map((code) => `\`${code}\``).join(' ')}`;
