import type { Json } from '../contract/documents/schemas.js';
import { page } from './layout.js';
import { inline, markdown } from './markdown.js';
import { anchor, html, type Markup } from './markup.js';
import { type Resolve, type View, fieldsOf, shapesOf } from './schema-fields.js';

interface Message {
  name: string;
  summary: string;
  description?: string;
  payload: Json;
  examples?: { name?: string; payload: unknown }[];
}
interface Reference {
  $ref: string;
}
interface Operation {
  action: 'send' | 'receive';
  messages: Reference[];
  reply?: { messages: Reference[] };
}
interface Event {
  message: Message;
  reply?: Message;
  fromClient: boolean;
}

/** The socket door as a page, made from its AsyncAPI document alone. */
export function eventsPage(document: Json): string {
  const resolve: Resolve = (pointer) => lookUp(document, pointer);
  const events = Object.values(document.operations as Record<string, Operation>).map((operation) =>
    eventOf(operation, resolve),
  );
  const view: View = { resolve, bounds: true, named: new Set() };
  // The handshake is a message in the document, but no event.
  const [handshake, ...sent] = events.filter((event) => event.fromClient);
  const told = events.filter((event) => !event.fromClient);
  const { title, description } = document.info as { title: string; description: string };
  return page({
    title,
    here: '/docs/events',
    body: html`<div class="columns">
      <nav class="contents" aria-label="Contents">
        <a href="#guide">Guide</a>
        <a href="#handshake">Handshake</a>
        ${contents('Client → server', sent)} ${contents('Server → client', told)}
        <a href="#shapes">Shapes</a>
      </nav>
      <main>
        <h1>${title}</h1>
        <section id="guide">${markdown(description)}</section>
        <h2 id="handshake">Handshake</h2>
        ${handshake && article(handshake, view)}
        <h2 id="client-to-server">Client → server</h2>
        ${sent.map((event) => article(event, view))}
        <h2 id="server-to-client">Server → client</h2>
        ${told.map((event) => article(event, view))}
        <h2 id="shapes">Shapes</h2>
        ${shapesOf(view)}
      </main>
    </div>`,
  });
}

function eventOf({ action, messages, reply }: Operation, resolve: Resolve): Event {
  const read = (references: Reference[] | undefined): Message | undefined =>
    references?.[0] && (resolve(references[0].$ref) as unknown as Message);
  return {
    message: read(messages) as Message,
    reply: read(reply?.messages),
    fromClient: action === 'receive',
  };
}

/** Follows a JSON pointer, and further ones from there. */
function lookUp(document: Json, pointer: string): Json {
  const found = pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document) as Json | undefined;
  if (!found) throw new Error(`${pointer} leads nowhere`);
  return typeof found.$ref === 'string' ? lookUp(document, found.$ref) : found;
}

const contents = (title: string, events: Event[]): Markup =>
  html`<strong>${title}</strong>
    ${events.map(({ message: { name } }) => html`<a href="#${anchor(name)}"><code>${name}</code></a>`)}`;

function article({ message, reply, fromClient }: Event, view: View): Markup {
  const [done] = (reply?.payload.oneOf ?? []) as { properties: Record<string, Json> }[];
  return html`<article id="${anchor(message.name)}">
    <h3>
      <a href="#${anchor(message.name)}"><code>${message.name}</code></a>
      <span class="direction ${fromClient ? 'sent' : 'told'}"
        >${fromClient ? 'client → server' : 'server → client'}</span
      >
    </h3>
    <p>${inline(message.summary)}</p>
    ${message.description !== undefined && html`<p>${inline(message.description)}</p>`}
    <h4>Payload</h4>
    ${fieldsOf(message.payload, { ...view, bounds: fromClient })} ${examples(message)}
    ${
      done?.properties.data &&
      html`<h4>Acknowledgement: <code>data</code></h4>
        ${fieldsOf(done.properties.data, { ...view, bounds: false })}`
    }
    ${
      reply &&
      !done &&
      html`<h4><code>${reply.name}</code>: ${inline(reply.summary)}</h4>
        ${fieldsOf(reply.payload, { ...view, bounds: false })}`
    }
    ${reply?.description !== undefined && html`<p class="codes">${inline(reply.description)}</p>`}
    ${reply && examples(reply)}
  </article>`;
}

const examples = ({ name, examples: shown }: Message): Markup =>
  html`${shown?.map(
    (example) =>
      html`<details class="example">
        <summary>Example${example.name !== undefined && `: ${example.name}`}</summary>
        <pre
          tabindex="0"
          aria-label="Example of ${name}"
        ><code>${JSON.stringify(example.payload, null, 2)}</code></pre>
      </details>`,
  )}`;
