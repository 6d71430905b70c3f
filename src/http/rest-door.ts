/** The one way of a REST call, from its path to its answer, step after step; so one file. */
import type { Request, RequestHandler, Response } from 'express';
import type { Connection } from 'mongoose';
import {
  Refusal,
  errorCodes,
  inQuery,
  invalid,
  roleFor,
  takesIfMatch,
  type BodyOf,
  type Endpoint,
  type ParamsOf,
  type QueryOf,
  type ReplyOf,
  check,
  repeatingId,
  endpoints,
} from '../contract/index.js';
import { isGuest, type Actor } from '../platform/actor.js';
import type { Budget } from '../platform/budget.js';
import type { HeldBytes } from '../platform/held-bytes.js';
import { MadeJson, toJson } from '../platform/json.js';
import { lru } from '../platform/lru.js';
import type { RecentWrites } from '../platform/recent-writes.js';
import type { Tracing } from '../platform/tracing.js';
import { derivedId } from '../domain/ids.js';
import type { Entrance } from './entrance.js';
import { RoutersByStart } from './router.js';
import { IdempotencyStore } from './idempotency.store.js';
import { addressOf } from './rate-limit.js';
import { readBody } from './read-body.js';
import { digestOf, sendFile, type File } from './send-file.js';
import { Uploads } from './upload.js';

export interface Call<E> {
  /** Absent on public endpoints and in the admin area; a guest where the endpoint takes guests. */
  actor: Actor;
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  /** Who acts, in the admin area: an operator by name, a person with a role by id; empty elsewhere. */
  operator: string;
  /** Present only on endpoints that take one. */
  file: Buffer;
  /** The version in `If-Match`, when the caller guards against a stale copy. */
  ifVersion: number | undefined;
  userAgent: string | undefined;
  /** Where the call came from, as limits count it. */
  network: string;
  /** Stands for this very request of this person, where an `Idempotency-Key` came with it. */
  requestId: string | undefined;
}

export interface Answer<R> {
  body?: R | MadeJson<R>;
  /** It was done before: the second success status of the endpoint, in place of the first. */
  repeat?: boolean;
  /** Version of the resource, the first part of its ETag; left out: the body says it, if anything does. */
  version?: number;
  /** Instead of a body, where the endpoint answers with a file. */
  file?: File;
}

type Handler<E> = (call: Call<E>) => Promise<Answer<ReplyOf<E>>>;

type Body<E> = ReplyOf<E> extends null ? void : ReplyOf<E> | MadeJson<ReplyOf<E>>;

const noFile = Buffer.alloc(0);

interface RestContext {
  mongo: Connection;
  recentWrites: RecentWrites;
  tracing: Tracing;
  heldBytes: HeldBytes;
  /** Takes note of a store, and returns it. */
  store: <S extends object>(store: S) => S;
}

/**
 * Mounts commands on REST: checks who calls, validates by the contract, calls, answers. No rule of the product lives
 * here.
 */
export class RestDoor {
  private readonly routers = new RoutersByStart();
  private readonly mounted = new Set<unknown>();
  private readonly recentWrites: RecentWrites;
  private readonly uploads: Uploads;
  private readonly tracing: Tracing;
  private readonly idempotency: IdempotencyStore;
  /** Queries as they were sent, checked. */
  private readonly queries = lru<object>(queriesMost);

  constructor(
    { mongo, recentWrites, tracing, heldBytes, store }: RestContext,
    private readonly deps: {
      entrance: Entrance;
      /** Throws EMAIL_NOT_VERIFIED. */
      verified: { mustBeVerified(userId: string): Promise<void> | undefined };
      budget: Budget;
      /** Writes down what an operator is about to do. */
      noteAct: (operator: string, what: string, input: object) => Promise<void>;
    },
  ) {
    this.recentWrites = recentWrites;
    this.tracing = tracing;
    this.uploads = new Uploads(heldBytes);
    this.idempotency = store(new IdempotencyStore(mongo));
  }

  on<E extends Endpoint>(endpoint: E, handle: Handler<E>): this {
    this.mounted.add(endpoint);
    const name = nameOf(endpoint);
    const read = this.reading(endpoint);
    const before: RequestHandler[] = [
      (_request, response, next) => {
        response.locals['route'] = endpoint.path;
        next();
      },
      this.deps.entrance.before(endpoint),
      ...readBody(endpoint),
    ];
    this.routers
      .for(endpoint.path)
      [endpoint.method](endpoint.path, ...before, async (request, response) => {
        const versions = versionsSeen(endpoint, request.get('if-match'));
        const call = read(request, response) as Call<E>;
        const act: Handler<E> = (asked) =>
          endpoint.method === 'get'
            ? ofQuery(() => handle(asked))
            : withEach(versions, (ifVersion) => handle({ ...asked, ifVersion }));
        if (roleFor(endpoint) && endpoint.method !== 'get')
          await this.deps.noteAct(call.operator, name, {
            ...(call.params as object),
            ...(call.body as object | undefined),
          });
        if (endpoint.access === 'verified')
          await this.deps.verified.mustBeVerified(call.actor.userId);
        const work = () =>
          endpoint.upload
            ? this.uploads.read(
                { request, response, field: endpoint.upload, holder: holderOf(response) },
                (file) => this.onceByKey(endpoint, { ...call, file }, request, act),
              )
            : this.deps.budget.spend(spenderOf(call), endpoint.cost ?? 0, () =>
                this.onceByKey(endpoint, call, request, act),
              );
        const answering = this.tracing.span(`command ${name}`, work);
        const answer = await (endpoint.method === 'get' || !call.actor
          ? answering
          : answering.finally(() => this.recentWrites.note(call.actor.userId)));
        const body = repeatingId(endpoint.reply, call.body, answer.body);
        await send(request, response, endpoint, { ...answer, body });
      });
    return this;
  }

  /** The same for an answer that is its body, or empty where the endpoint has none. */
  reply<E extends Endpoint>(
    endpoint: E,
    replyTo: (call: Call<E>) => Body<E> | Promise<Body<E>>,
  ): this {
    return this.on(endpoint, async (call) => {
      const body = await replyTo(call);
      return endpoint.reply ? { body: body as ReplyOf<E> | MadeJson<ReplyOf<E>> } : {};
    });
  }

  /** Answers all that was mounted, and other methods of these paths. Call it last. */
  complete(): RequestHandler {
    return this.routers.complete();
  }

  /** Throws when the contract names an endpoint that nobody answers: found at the start, and not by the first client. */
  mustBeComplete(): void {
    const missing = Object.entries(endpoints).filter(([, endpoint]) => !this.mounted.has(endpoint));
    if (missing.length > 0)
      throw new Error(`no handler for the endpoints ${missing.map(([name]) => name).join(', ')}`);
  }

  /** Calls; once only for an `Idempotency-Key`, where the endpoint honours it. */
  private onceByKey<E extends Endpoint>(
    endpoint: E,
    call: Call<E>,
    request: Request,
    handle: Handler<E>,
  ): Promise<Answer<ReplyOf<E>>> {
    const key = endpoint.idempotent ? request.get('idempotency-key') : undefined;
    if (key === undefined) return handle(call);
    const { userId } = call.actor;
    call.requestId = derivedId(userId, key, JSON.stringify(call.body));
    const asked = [request.path, endpoint.upload ? digestOf(call.file) : call.body];
    return this.idempotency.once(userId, key, asked, () => handle(call));
  }

  /** Nobody may change what is given: the same query is given the same object. */
  private readQuery(endpoint: Endpoint, request: Request): Call<Endpoint>['query'] {
    const { url } = request;
    const start = url.indexOf('?');
    const name = `${endpoint.method} ${endpoint.path}${start === -1 ? '' : url.slice(start)}`;
    const known = this.queries.get(name);
    if (known) return known;
    const query = Object.freeze(check(endpoint.query, request.query, 'query') as object);
    if (name.length <= queryLengthMost) this.queries.set(name, query);
    return query;
  }

  /** Reads requests for this endpoint; throws VALIDATION_FAILED. */
  private reading(endpoint: Endpoint): (request: Request, response: Response) => Call<Endpoint> {
    // The same for all, so nobody may change it.
    const none = endpoint.path.includes('/:')
      ? undefined
      : Object.freeze(check(endpoint.params, {}, 'path') as object);
    return (request, response) => {
      const actor = response.locals['actor'] as Actor;
      return {
        actor,
        operator: (response.locals['operator'] as string | undefined) ?? '',
        params: none ?? check(endpoint.params, request.params, 'path'),
        query: this.readQuery(endpoint, request),
        body: endpoint.body ? check(endpoint.body, request.body, '') : undefined,
        file: noFile,
        ifVersion: undefined,
        userAgent: request.headers['user-agent'],
        network: addressOf(request),
        requestId: undefined,
      };
    };
  }
}

/** What many ask for is checked once. Longer queries are not the same a second time, and would take too much memory. */
const [queriesMost, queryLengthMost] = [5_000, 200];

/** Guests have no name to count under: those of one network share a budget. */
const spenderOf = ({ actor, network }: Call<Endpoint>): string =>
  actor && !isGuest(actor.userId) ? actor.userId : network;

/** Whose memory a file counts in: the person's, or the host app's, which has one share whatever number of keys. */
const holderOf = ({ locals }: Response): string =>
  (locals['actor'] as Actor | undefined)?.userId ?? 'host';

/** The name of an endpoint in the contract. */
const nameOf = (endpoint: Endpoint): string =>
  Object.entries(endpoints).find(([, one]) => one === endpoint)?.[0] ?? endpoint.path;

async function send(
  request: Request,
  response: Response,
  endpoint: Endpoint,
  answer: Answer<unknown>,
): Promise<void> {
  response.status(endpoint.success[answer.repeat ? 1 : 0] ?? 200);
  if (endpoint.download && answer.file)
    return sendFile(request, response, endpoint.download, answer.file);
  if (answer.body instanceof MadeJson) return sendMade(request, response, answer.body);
  if (answer.body === undefined) {
    response.end();
    return;
  }
  const text = toJson(answer.body as object);
  // The version leads the tag so that If-Match can be read from it; Express compares the whole tag and answers 304.
  // A letter stands for none, which no write takes for one.
  const version = answer.version ?? (answer.body as { version?: number }).version ?? 'x';
  if (endpoint.etag) response.set('ETag', `"${version}-${fingerprint(text)}"`);
  response.type('json').send(text);
}

/** Shorter ones are not worth the work of taking them apart; the same bound as that of the package `compression`. */
const packedFrom = 1_024;

async function sendMade(
  request: Request,
  response: Response,
  made: MadeJson<unknown>,
): Promise<void> {
  const packs =
    made.bytes.length >= packedFrom &&
    request.headers['accept-encoding'] !== undefined &&
    request.acceptsEncodings('gzip') !== false;
  const bytes = packs ? await made.gzipped() : made.bytes;
  if (packs) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}

/** Throws VALIDATION_FAILED where nothing is that could be stale: if it were ignored, it would guard nothing. */
function versionsSeen(endpoint: Endpoint, header: string | undefined): number[] | undefined {
  const versions = readIfMatch(header);
  if (versions === undefined || endpoint.method === 'get' || takesIfMatch(endpoint))
    return versions;
  throw invalid('header.If-Match', 'is not taken here: what is written has no version');
}

/**
 * The versions that the caller's copies have, newest first (RFC 9110, 13.1.1). `W/` is ignored, since proxies add it to
 * what they compress. What is no tag of ours matches nothing. Undefined: the caller guards against nothing.
 */
function readIfMatch(header: string | undefined): number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const tags = [...header.matchAll(/(?:W\/)?"([^"]*)"/gi)].map(([, tag = '']) => tag);
  const versions = tags.map((tag) => Number(/^(\d+)(?:-|$)/.exec(tag)?.[1] ?? -1));
  const distinct = [...new Set(versions)].sort((one, other) => other - one);
  return distinct.length > 0 ? distinct.slice(0, versionsMax) : [-1];
}

/** Nobody keeps more copies of one thing. */
const versionsMax = 10;

/** Acts with the first version that is the current one: a stale one is refused and changes nothing. */
async function withEach<T>(
  versions: number[] | undefined,
  act: (ifVersion: number | undefined) => Promise<T>,
): Promise<T> {
  const [version, ...others] = versions ?? [];
  try {
    return await act(version);
  } catch (error) {
    const stale = error instanceof Refusal && errorCodes[error.code].status === 412;
    if (!stale || others.length === 0) throw error;
    return withEach(others, act);
  }
}

/** Reads: what they find wrong with their input came in the query. */
async function ofQuery<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw inQuery(error);
  }
}

/** FNV-1a: short, quick, and only has to change when the text does. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
