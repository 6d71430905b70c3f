import { costOf } from '../costs.js';
import { errorCodes } from '../errors.js';
import { limits } from '../limits.js';
import { tradeLimits } from '../trade-limits.js';

/**
 * What both documents say in prose, in Markdown: the rules that no schema can hold. The event page renders
 * headings, paragraphs, lists, tables, fences, `code`, **bold** and links, nothing else.
 */

const minutes = (seconds: number): string => `${seconds / 60} minutes`;
const days = (seconds: number): string => `${seconds / 86_400} days`;

/** Every code with its status; * marks the ones worth a retry. */
const codesGuide = [
  '| code | status | meaning |',
  '|---|---|---|',
  ...Object.entries(errorCodes).map(
    ([code, { status, retryable, title }]) =>
      `| \`${code}\`${retryable ? ' *' : ''} | ${status} | ${title} |`,
  ),
].join('\n');

/** How a client keeps a complete, ordered copy of its conversations; the same on both doors. */
const logGuide = `
- A conversation is a log. Every text, offer move and notice is one entry with the next \`seq\`: 1, 2, 3 … without
  a gap, the same for both people on every device. Order by \`seq\`, never by time.
- Keep per conversation the highest \`seq\` up to which you have everything (your position). An entry with
  \`seq\` = position + 1 is applied; one at or below the position is dropped as a repeat; one above it means that
  something is missing: put it aside and sync.
- **Sync** sends your positions as \`known\` (at most ${limits.syncKnown} of them) and the \`cursor\` of your last sync
  (none the first time: it then begins with the ${limits.syncConversations} conversations changed last, older ones are in \`GET /v1/conversations\`). The answer holds the conversations that changed since, the entries you lack, ascending
  by \`seq\` (up to ${limits.syncMessages}, or \`limit\`, and about ${limits.answerBytes / 1024} KiB in all), and a new \`cursor\`. Of conversations that you don't name it gives the newest ${limits.syncNewest}
  entries. A conversation says what its log says at that moment; only the sum \`unread\` of an answer may lag by about a second. While \`complete\` is false, sync again with the new cursor and the new positions.
- A **hole** in the answer (\`holes\`: \`fromSeq\` to \`toSeq\`, both included) was left out because too much was missing.
  Drop what you hold below it, show what is above it, and page back through history when somebody scrolls there.
- **Offers**: by the buyer, at least ${limits.offerFloorShare * 100} % of the price and below it, a multiple of ${limits.offerStepWon} won, one open at a time,
  ${limits.offerTries} on one listing, good for ${limits.offerHours} h (${tradeLimits.offerHoursLong} where the seller chose so), never ending at night. Whose \`turn\` it is accepts,
  declines or counters with an amount strictly between the two that stand; ${tradeLimits.offerMoves} moves in all. Who made the standing move
  may withdraw it. Accept names the amount and version that were seen. The \`abilities\` of an offer say what its reader may do now.
  A give-away takes no price but requests: offers with the amount 0.
- \`fallbackText\` is Korean; \`fallbackTexts\` says it in each language that Haggle speaks (\`ko\`, \`en\`). Texts of people have only the one.
- An entry of kind \`edit\` or \`unsend\` changes the entry at its \`targetSeq\`. An entry of kind \`offer\` carries the
  offer as that act left it; of several, the one with the highest \`version\` tells its state. A kind that you don't
  know is shown by its \`fallbackText\`.
- **Receipts**: report \`deliveredSeq\` when everything up to it has arrived without a gap, \`readSeq\` when it was on the
  screen. Positions only move forward, and read implies delivered. Unread counts stop at ${limits.unreadCap}.
`.trim();

/** What each event costs of a person's budget; the same on both doors. */
const pointsGuide = `Most take one, ${[
  'sync:pull',
  'presence:watch',
  'listing:watch',
  'session:refresh',
  'offer:respond',
  'conversation:open',
]
  .map((event) => `\`${event}\` ${costOf(event)}`)
  .join(', ')}; messages and new offers take
  none, and the calls that do the same as an event take as many. When it is spent, \`RATE_LIMITED\` says when to go on.`;

/** How a write is repeated safely; the same on both doors. */
const retryGuide = `
Writes to a conversation carry a \`clientMessageId\`: make it once when the person presses the button (a UUID is good),
store it with the draft, and send it **unchanged** on every retry, over either door, for as long as it takes. The first
one to arrive counts; every later one is answered with the same entry, as a success. The same id with other content is
refused with \`IDEMPOTENCY_CONFLICT\`. The id belongs to the person, the conversation and what is done (a message, an act on
an offer). No answer within 10 s, a lost connection, or an error that is worth a retry: send
again, after \`Retry-After\` / \`retryAfterMs\` if it was given, else with growing, randomized pauses.
`.trim();

/** What the team's own server is told, and how; `info.description` of the document of webhooks. */
export const webhookGuide = `
Whoever runs the service may name one address of its own that is told of messages, offers, deals, listings and reports,
signed as [Standard Webhooks](https://www.standardwebhooks.com) say. Each event comes **at least once**, those of one conversation
one after another by \`seq\`; one that is not taken for about a day is left out. Verify the signature over the bytes as they
came, drop repeats by \`webhook-id\`, answer 2xx within 10 s and do the work afterwards.
`.trim();

/** How what is sent is read; the same on both doors. */
const takenGuide = `
- Unknown fields are refused. An optional field that is \`null\` counts as left out, and so does an empty list where one
  thing at least belongs; where \`null\` clears something the field says so. What is required stays required.
- Times are taken in every spelling of RFC 3339 (with or without fractions, with any offset) and given in UTC with
  milliseconds; what is finer is cut off, and a leap second is the first second of the next day.
- Text is composed (Unicode NFC) and cleaned before it is measured, compared and kept: \`\\r\\n\`, \`\\r\`, vertical tab, form feed,
  U+0085, U+2028 and U+2029 become \`\\n\`; marks of direction (U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069), and
  U+FEFF, U+200B and U+2060 at either end, go without a word. Blanks around it go too, but not in messages. On one line
  (titles, names, the words of a search) a line break or tab becomes a blank. Everything else stays, joiners and variation
  selectors of emoji too. Refused are other control characters (NUL …) and halves of surrogate pairs. Where a text is
  needed, one that shows nothing is blank: nothing but blanks, characters without a shape (Default_Ignorable_Code_Point,
  U+2800) and marks on nothing.
- Lengths are counted in Unicode code points of the cleaned text.
`.trim();

/** `info.description` of the OpenAPI document: short, because generators copy it into every file. */
export const restSummary = `
REST side of a real-time gateway for second-hand marketplaces: listings, buyer–seller chat, price offers. The guide is at
\`/docs\` of the server, the socket events at \`/docs/events\`, the webhooks at \`/webhooks.json\`. Inside \`/v1\` there
are only additions: ignore fields, values and kinds that you don't know.
`.trim();

/** The guide above the operations at `/docs`. */
export const restGuide = `
REST side of a real-time gateway for second-hand marketplaces: listings, buyer–seller chat, price offers. What happens
while a person looks at the screen arrives over Socket.IO: see the [socket events](/docs/events)
([AsyncAPI](/asyncapi.json)). All that the socket can do can also be done here.

## Start
1. \`POST /v1/auth/sign-up\` or \`/v1/auth/login\` → \`accessToken\`, \`refreshToken\`, \`expiresIn\`.
2. \`GET /v1/listings?near=37.556,126.905\` → the feed.
3. \`POST /v1/conversations\` \`{listingId}\` → a conversation with the seller.
4. \`POST /v1/conversations/{id}/messages\` → the first message; \`POST /v1/conversations/{id}/offers\` → a price.
5. Connect the socket with the access token and stay up to date, or call \`POST /v1/sync\`.

## Signing in
- Listings, search, profiles and reviews can be read without a token, unless the server keeps guests out (\`UNAUTHENTICATED\`). A
  token that is no good any more is refused there too, so that the app renews it.
- Send \`Authorization: Bearer <accessToken>\` on every call that shows a lock. An access token lives
  ${minutes(limits.accessTokenSeconds)} (ES256, keys at \`/.well-known/jwks.json\`); treat it as opaque.
- \`POST /v1/auth/refresh\` trades the refresh token for a new pair; do it a little before \`expiresIn\` runs out or on
  \`TOKEN_EXPIRED\`, and only once at a time. A refresh token lives ${days(limits.refreshTokenSeconds)} and **works once**: store the
  new one before you use it. An answer that was lost on the way is given again: the last token that was traded gets the
  same new one as often as it is sent, as long as nothing of the new pair was used, and for ${minutes(limits.refreshGraceSeconds)} even
  then. After that, or once the new refresh token was traded itself, using an old one ends the whole session
  (\`SESSION_REVOKED\`) and its devices are pushed to no more.
- \`UNAUTHENTICATED\` and \`SESSION_REVOKED\`: sign in again. \`EMAIL_NOT_VERIFIED\`: the address must be confirmed first.
  \`SECOND_FACTOR_NEEDED\`: people with a role show a code in this session (\`POST /v1/auth/second-factor\`), or set a second
  factor up (\`POST /v1/me/second-factor\`); \`GET /v1/me/second-factor\` says which.
  \`NEIGHBOURHOOD_NOT_PROVEN\`: ask the person where they live, and send it with \`PUT /v1/me/neighbourhood\`.

## Requests and answers
- JSON in UTF-8, camelCase, at most ${limits.bodyBytes / 1024} KiB. Unknown query parameters are refused.
- Ids are opaque strings. Amounts are whole numbers in the smallest unit of the \`currency\` beside them; for KRW that is won.
${takenGuide}
- Creating answers 201; acting answers 200 with the changed view; nothing to say is 204.
- Inside \`/v1\` there are only additions: ignore fields, enum values and kinds that you don't know.

## Errors
Errors are \`application/problem+json\` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)). Act on \`code\`; \`detail\` is for
people, \`traceId\` for whoever runs the server, \`errors\` names the fields of \`VALIDATION_FAILED\`, and \`current\` shows
the state that beat the request (409, 412). The \`path\` of a field is its place in the body (\`title\`, \`offers.minimum\`,
\`imageIds.2\`; empty: the body itself). Of what is not in the body it says first where it is: \`query.limit\`, \`query.cursor\`,
\`path.id\`, \`header.If-Match\`. Codes with * are worth a retry; 429 and 503 say when (\`Retry-After\`, seconds).
Each response below lists the codes it can carry. 404 also stands for what the caller may not know of. Paths are exact,
in case and in slashes. An unknown path is 404 and a known one with another
method 405 with \`Allow\`, whoever asks. What is no JSON is 400.

## Traces
A request with the header \`traceparent\` (W3C Trace Context) belongs to the caller's trace, where the server keeps traces.

## Browsers
Pages of the origins that the settings list may call from a browser (CORS), without cookies. Others may not.

## Limits
${limits.requestsPerMinute} requests a minute, counted for each person who is signed in, and by network address where nobody is. Images do
not count. The headers \`RateLimit\` and \`RateLimit-Policy\` say what is left.

${codesGuide}

## Lists
Lists take \`limit\` (${limits.pageDefault}, at most ${limits.pageMax}) and \`cursor\` and answer \`{items, nextCursor}\`; \`nextCursor\` is null at the end.
A cursor is opaque and belongs to the filters and the order it was made for; with others it is refused (422).

## Stale copies
Single resources carry an \`ETag\`. Send it as \`If-None-Match\` to be answered 304 when nothing changed, and as \`If-Match\`
on a write to be refused (412) when somebody was faster. \`If-Match\` may be a list. \`W/\` in it is ignored, since proxies
add it to what they compress. Writes on what has no version (those that list no \`If-Match\`) refuse one (422) rather than
ignore it, but for \`*\`.

## Retries
${retryGuide}

Creating calls without a \`clientMessageId\` (marked below) take an \`Idempotency-Key\` header instead: the answer is kept for 24 hours
and given again for the same key and body. Another body under the same key is refused (422, \`VALIDATION_FAILED\`);
while the first call is still running, the second is refused (409, \`IDEMPOTENCY_CONFLICT\`; here a later try is right). A call that failed leaves its
key free. Everything else is safe to repeat, but
\`sign-up\`: after a lost answer the second try meets \`EMAIL_TAKEN\`, so log in.

## Notifications
What one should know of when not looking. \`PUT /v1/me/devices/{id}\` registers a device for push notifications under an id
that the client makes and keeps, with its \`locale\` and \`timeZone\`: at every start and whenever the token changes. A browser
subscribes with the key of \`GET /v1/push/vapid-key\` first. A person has ${limits.devicesPerUser} devices, the one not seen for longest
gives way, and signing out forgets those of the session. \`PATCH /v1/me/notification-settings\` switches categories, quiet hours
and previews. What is read in time, on whatever device, is not pushed. All but the messages is also listed in
\`GET /v1/me/notifications\`, whether it was pushed or not.

## Webhooks
${webhookGuide} [The document](/webhooks.json) has every event.

## The log of a conversation
${logGuide}
`.trim();

/** `info.description` of the AsyncAPI document. */
export const socketGuide = `
Real-time side of a gateway for second-hand marketplaces; the [REST API](/docs) ([OpenAPI](/openapi.json)) is the other
door to the same commands. Signing in happens there.

## Connecting
- Socket.IO protocol 5 over Engine.IO 4 (Socket.IO 3 and 4 clients), path \`/socket.io/\`, namespace \`/\`, transport
  **WebSocket only**: set \`transports: ['websocket']\`. No sticky sessions are needed; any node will do.
- The handshake carries \`auth: {token, deviceId?, protocol?: 1}\` with the access token, never in the address. Use the
  function form of \`auth\`, so that each reconnection takes the newest token. A browser's Origin must be allowed by the server.
  A client that sends texts only may send \`protocol: "1"\`; null counts as left out, and so does an empty \`deviceId\`.
- A refused handshake is a \`connect_error\` whose \`data\` is \`{code, retryable, retryAfterMs?, details?}\`, \`details.errors\`
  naming the fields of \`VALIDATION_FAILED\`. Most clients do **not** try again by themselves after a refusal: on \`TOKEN_EXPIRED\` refresh and connect; when \`retryable\`, connect after
  \`retryAfterMs\` or a randomized pause; else sign in again. \`PROTOCOL_UNSUPPORTED\` means that the client is too old.
- Wait for \`session:ready\`: only then is everything that happens delivered to this socket. **Sync right after it**, every
  time, keeping live entries aside until the sync is complete. When its \`epoch\` is not the one you know, the database
  was restored: drop cursor and positions and start afresh.
- Java, Kotlin, Swift, Dart, Rust, Go, Python and C++: \`docs/clients/\` of the source has a page each.
- Connection state recovery is off. To resume after a pause of a second or a month: connect, \`session:ready\`, sync.

\`\`\`js
const socket = io({
  transports: ['websocket'],
  auth: (give) => give({ token: accessToken, protocol: 1 }),
});
socket.on('session:ready', async () => {
  const answer = await socket.timeout(10_000).emitWithAck('sync:pull', { known, cursor });
  if (answer.ok) apply(answer.data);
});
\`\`\`

## Events and acknowledgements
- Each event has one argument, an object; a client may send its headers behind it, a second object
  (\`{traceparent}\`, W3C Trace Context), of which the server ignores what it does not know. Every client event takes an acknowledgement:
  \`{ok: true, data}\` or \`{ok: false, error: {code, message, retryable, retryAfterMs?, details?}}\`. Act on \`code\`.
  An unknown name or a malformed payload is answered with \`VALIDATION_FAILED\`; an event without an acknowledgement
  callback does nothing at all (but \`typing:set\`). \`details\` holds \`errors\` (fields of \`VALIDATION_FAILED\`, each by
  its place in the payload) or \`current\` (the state that beat the request), as in REST problems.
${takenGuide}
- Inside a protocol version there are only additions: ignore events, fields, enum values and kinds that you don't know.
- A frame holds at most ${limits.frameBytes / 1024} KiB; an event in a larger one is answered
  with \`PAYLOAD_TOO_LARGE\`, and above ${limits.transportFrameBytes / 1024} KiB the connection is cut. On one node a person may
  send ${limits.messagesPerSecond} messages a second with bursts of ${limits.messageBurst}, and have ${limits.socketsPerUser} sockets (the oldest gives way).
  \`session:ready\` tells the limits under the names \`textLength\`, \`noteLength\` (characters), \`frameBytes\`,
  \`messagesPerSecond\`, \`messageBurst\`, \`typingEverySeconds\` (send \`typing:set\` no more often), \`syncKnown\`. Its
  \`directUploads\` says whether photos may go to the storage by \`POST /images/uploads\`.
- All other events together have a budget, on each node: ${limits.pointsPerSecond} points a second with bursts of ${limits.pointsBurst} for a person, half of
  it for one socket. ${pointsGuide}
- Read what you are sent: a device for which some megabytes wait, or that has read nothing for a minute, is cut. It comes
  again and syncs.
- The token runs out on a live socket too: send \`session:refresh\` with a new one before it does.
- \`session:revoked\` is followed by the end of the connection. Reason \`signedOut\`: the session is over, sign in again.
  \`expired\`: no new token came in time, refresh and connect. \`replaced\`: too many sockets of this person, this one gave way. 
- \`server:draining\` asks you to connect again after \`reconnectInMs\`; the next connection reaches another node. With
  \`reason: "balance"\` this node goes on, and only some are asked to move. It need not be handled: what you send from then on is answered \`DRAINING\` (send it again, unchanged), and soon after the
  connection is cut, when nothing of it is under way, so that every client connects again by itself.
- The answer to a write repeats the \`clientMessageId\` that it was sent with: compare it before you act on the answer.

## Repeating
${retryGuide}

## Order, gaps and sync
${logGuide}
- \`message:new\` comes **at least once**: an entry can arrive again, live, by sync and in the acknowledgement of its own
  send. Drop repeats by \`seq\`; match your own by \`clientMessageId\`, which only the devices of the sender are told.
- \`sync:hint\` says that you may be behind: sync, unless your position is at \`lastSeq\` already.
- The socket that sent an event learns of its entry by the acknowledgement, not by \`message:new\`; what was done over
  REST is told to all sockets.
- \`conversation:updated\` comes when something that the conversation shows changed beside its entries: the listing (title,
  price, state, category, whether it takes offers), a name or a temperature, that it was closed or opened, one's own mute,
  pin or archive. It may be lost; the next sync brings the conversation. After a change of one's own listing or name the
  hundred conversations that changed last are told of live. Across a block, and where somebody left, nothing of the other
  side's changes is told.
- \`listing:updated\` comes to those who talk about a listing, when something changed that their conversation shows, and to
  those who look at it: \`listing:watch\` begins that, for one socket, and after it the listing is read once. One that went
  out of sight comes as \`removed\`, without its words, and is watched no more. It may be lost; read the listing again after
  connecting.
- \`notification:new\` tells of what the person should know beside messages: answers to offers, appointments, reviews. It may
  be lost, and \`GET /v1/me/notifications\` has them all: read it after connecting. Devices and settings of notifications are
  set [over REST](/docs).
- \`typing\` and \`presence\` may be lost too, so hide typing after a few seconds. Nothing else may.

## Codes
${codesGuide}
`.trim();
