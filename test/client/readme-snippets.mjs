/**
 * Runs the snippets of the client's README one after another, and prints a line for each: `{ printed, error? }`. Each finds
 * somebody signed in, a room with three entries, photos, and the few words of a browser that it says. One program for
 * all, since starting one costs more than most of them do.
 */
import { readFile } from 'node:fs/promises';
import { format } from 'node:util';
import { createHaggleClient } from '@haggle/client';
import { createPhotos } from '@haggle/client/photos';
import { createMockGateway } from '@haggle/client/testing';

const { url, snippets } = JSON.parse(await readFile('snippets.json', 'utf8'));
const photo = new Blob([await readFile('photo.png')], { type: 'image/png' });
const platformFetch = fetch;
let printed = '';
console.log = console.error = (...words) => {
  printed += `${format(...words)}\n`;
};

for (const snippet of snippets) {
  printed = '';
  const error = await run(snippet).then(
    () => undefined,
    (thrown) => format(thrown),
  );
  process.stdout.write(`${JSON.stringify({ printed, error })}\n`);
}
// Their clients are still connected.
process.exit(0);

async function run({ file, listingId, accepted }) {
  delete globalThis.document;
  const client = createHaggleClient({ url, photos: createPhotos });
  await client.signUp({
    email: `${crypto.randomUUID()}@test.example`,
    password: 'the password',
    nickname: '민지',
  });
  const shown = { listingId };
  const room = await client.open(shown);
  for (const text of ['안녕하세요', '아직 있나요?', '내일 볼 수 있나요?'])
    await room.send({ text }).done;
  if (accepted) await agree(room.id, await room.makeOffer(80_000));

  const gateway = createMockGateway();
  const [buyer, seller] = [gateway.addPerson('민지'), gateway.addPerson('준호')];
  gateway.addConversation({ buyer, seller });
  const { conversations } = buyer.does('sync:pull', { known: [] });

  const kept = new Map();
  Object.assign(globalThis, {
    client,
    room,
    shown,
    gateway,
    listed: conversations[0].listing.id,
    photo,
    photos: [photo, photo],
    document: { hasFocus: () => true },
    localStorage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
    },
    fetch: async (input, init) =>
      input === '/chat-token'
        ? new Response(client.session.snapshot().accessToken)
        : platformFetch(input, init),
  });
  await import(`./${file}`);
  await settled(client);
}

/** The demo seller accepts. */
async function agree(roomId, offer) {
  const other = createHaggleClient({ url });
  await other.logIn({ email: 'junho@demo.haggle.example', password: 'haggle-demo-seller' });
  await other.room(roomId).load();
  await other.room(roomId).acceptOffer(offer);
  other.close();
}

async function until(readable, holds) {
  await new Promise((resolve) => {
    const look = () => {
      if (holds(readable.snapshot())) resolve();
    };
    readable.subscribe(look);
    look();
  });
}

/** Returns once everything is sent; throws if anything was refused. */
async function settled({ outbox }) {
  await until(outbox, (all) => all.every(({ state }) => state === 'failed'));
  const [refused] = outbox.snapshot();
  if (refused) throw refused.error;
}
