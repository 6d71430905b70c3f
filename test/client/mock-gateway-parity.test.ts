import { afterAll, beforeAll, describe } from '@jest/globals';
import type { HaggleClient } from '../../client/index.js';
import { eventually } from '../support/eventually.js';
import { RawDevice, intent, mockStage, realStage, type Stage } from '../support/stage.js';
import { TestCluster } from '../support/test-cluster.js';
import { accounts } from './parity/accounts.js';
import { alerts } from './parity/alerts.js';
import { endings } from './parity/endings.js';
import { listings } from './parity/listings.js';
import { codeOf, createPlays, told } from './parity/plays.js';
import { search } from './parity/search.js';
import { trust } from './parity/trust.js';
import { trade } from './parity/trade.js';
import { uploads } from './parity/uploads.js';

/**
 * The mock must not lie: the same script is played over it and over a real gateway, and what can be seen from outside
 * has to be the same.
 */
let cluster: TestCluster;
let real: Stage;
const mock = mockStage();

beforeAll(async () => {
  cluster = await TestCluster.shared({ worker: true });
  real = realStage(cluster);
}, 60_000);

afterAll(async () => {
  mock.close();
  await cluster?.stop();
}, 60_000);

const plays = createPlays(mock, () => real);

/** What a person sees of a conversation. */
const seen = (client: HaggleClient, id: string) => {
  const { conversation, entries, pending, offers, hasOlder } = client.room(id).snapshot();
  return {
    conversation,
    entries: entries.map(({ message }) => message),
    pending,
    offers: [...offers.values()],
    hasOlder,
  };
};

describe('Through the client library', () => {
  plays('a text arrives, is read, and both sides show the same', async (scene) => {
    const { buyer, seller, conversationId: id } = scene;
    const [minji, junho] = await Promise.all([scene.app(buyer), scene.app(seller)]);
    minji.room(id).send({ text: '아직 있나요?' });
    minji.room(id).send({ text: '오늘 저녁에 볼 수 있어요' });
    await eventually('both arrive', () => junho.room(id).snapshot().entries.length === 2);
    await eventually('it is listed', () => junho.conversations.snapshot()[0]?.unread === 2);
    junho.room(id).markRead(2);
    await eventually(
      'is read',
      () => minji.room(id).snapshot().conversation?.cursors[seller.id]?.readSeq === 2,
    );
    await eventually('nothing is under way', () => minji.room(id).snapshot().pending.length === 0);
    // The sender's device says that its own words arrived only where they came before their acknowledgement.
    const told = (client: HaggleClient) => {
      const { conversation, ...rest } = seen(client, id);
      return {
        ...rest,
        conversation: { ...conversation, cursors: conversation?.cursors[seller.id] },
      };
    };
    return { minji: told(minji), junho: told(junho) };
  });

  plays(
    'what was written without a connection is sent, in order, after the next one',
    async (scene) => {
      const { buyer, seller, conversationId: id } = scene;
      const [minji, junho] = await Promise.all([scene.app(buyer), scene.app(seller)]);
      minji.disconnect();
      for (const text of ['하나', '둘', '셋']) minji.room(id).send({ text });
      const waiting = minji
        .room(id)
        .snapshot()
        .pending.map(({ text, state }) => ({ text, state }));
      minji.connect();
      await eventually('all arrive', () => junho.room(id).snapshot().entries.length === 3);
      return { waiting, junho: seen(junho, id).entries };
    },
  );

  plays('text is taken as it was meant, with nulls for what was not set', async (scene) => {
    const { buyer, seller, conversationId } = scene;
    const [minji, junho] = await Promise.all([scene.raw(buyer), scene.raw(seller)]);
    const pasted = '\ufeff\u202d010-0000\u202c\r\n' + '자전거'.normalize('NFD');
    const send = (text: string, more: object = {}) => ({
      conversationId,
      clientMessageId: intent(),
      text,
      ...more,
    });
    const once = send(pasted, { kind: null, replyToSeq: null, imageIds: [], place: null });
    const sent = await minji.ask('message:send', once);
    const again = await minji.ask('message:send', { ...once, text: '010-0000\n자전거' });
    const offer = { conversationId, clientMessageId: intent(), amount: 80_000 };
    const refused = [];
    for (const text of ['\u3164', '\u2800\u115f', '\u202a', 'a\u0000', '가'.repeat(4_001)])
      refused.push(codeOf(await minji.ask('message:send', send(text))));
    return [
      sent,
      again,
      await minji.ask('message:edit', { ...send('하나\r둘'), seq: 1 }),
      await minji.ask('offer:make', { ...offer, note: ' \u2067오늘\u2069\r\n ' }),
      codeOf(await junho.ask('sync:pull', null)),
      refused,
    ];
  });

  plays('an edit and an unsend show in the place of what they are about', async (scene) => {
    const { buyer, seller, conversationId: id } = scene;
    const [minji, junho] = await Promise.all([scene.app(buyer), scene.app(seller)]);
    for (const text of ['오타', '실수']) await minji.room(id).send({ text }).done;
    await minji.room(id).edit(1, '고친 말');
    await minji.room(id).unsend(2);
    await eventually('both show', () =>
      junho
        .room(id)
        .snapshot()
        .entries.every(({ message }) => message.state !== 'active'),
    );
    return { minji: seen(minji, id).entries, junho: seen(junho, id).entries };
  });

  plays('an offer is made and accepted, and the listing is reserved for both', async (scene) => {
    const { buyer, seller, conversationId: id } = scene;
    const [minji, junho] = await Promise.all([scene.app(buyer), scene.app(seller)]);
    const made = await minji.room(id).makeOffer(80_000, '바로 살게요');
    await eventually('the offer arrives', () => junho.room(id).snapshot().offers.size === 1);
    const accepted = await junho.room(id).acceptOffer(made);
    await eventually('reserved', () =>
      [minji, junho].every(
        (one) => one.room(id).snapshot().conversation?.listing.state === 'reserved',
      ),
    );
    const late = await minji
      .room(id)
      .withdrawOffer(made)
      .catch((error: { code: string }) => error.code);
    return { made, accepted, late, minji: seen(minji, id).entries, junho: seen(junho, id).offers };
  });
});

describe('On the wire', () => {
  plays('sends are answered and told, and a repeat is the same message', async (scene) => {
    const { buyer, seller, conversationId } = scene;
    const [minji, second, junho] = [
      await scene.raw(buyer),
      await scene.raw(buyer),
      await scene.raw(seller),
    ];
    const clientMessageId = 'the-same-id-on-both-stages';
    const draft = { conversationId, clientMessageId, text: '안녕하세요' };
    const first = await minji.ask('message:send', draft);
    const again = await minji.ask('message:send', draft);
    const other = await minji.ask('message:send', { ...draft, text: '다른 말' });
    const rest = await minji.rest('POST', `/conversations/${conversationId}/messages`, {
      clientMessageId,
      text: '안녕하세요',
    });
    const heard = await Promise.all([second.hears('message:new'), junho.hears('message:new')]);
    return { first, again, other: codeOf(other), rest, heard, echo: minji.all('sync:hint') };
  });

  plays('what is not allowed is refused with the same code', async (scene) => {
    const { buyer, seller, conversationId, listingId, stage } = scene;
    const stranger = await stage.person('지훈');
    const [minji, junho, jihun] = await Promise.all(
      [buyer, seller, stranger].map((one) => scene.raw(one)),
    );
    const send = (fields: object) => ({
      conversationId,
      clientMessageId: intent(),
      text: '?',
      ...fields,
    });
    const offer = (amount: unknown) => ({ conversationId, clientMessageId: intent(), amount });
    const asked: [RawDevice, string, unknown][] = [
      [minji!, 'message:send', send({ text: '' })],
      [minji!, 'message:send', send({ text: '  \n ' })],
      [minji!, 'message:send', send({ text: 'a'.repeat(4_001) })],
      [minji!, 'message:send', send({ clientMessageId: 'short' })],
      [minji!, 'message:send', send({ conversationId: 'no-such-conversation' })],
      [jihun!, 'message:send', send({})],
      [jihun!, 'receipt:read', { conversationId, seq: 1 }],
      [jihun!, 'typing:set', { conversationId, typing: true }],
      [minji!, 'receipt:read', { conversationId, seq: 0 }],
      [minji!, 'receipt:read', { conversationId, seq: 1.5 }],
      [junho!, 'conversation:open', { listingId }],
      [minji!, 'conversation:open', { listingId: 'no-such-listing' }],
      [minji!, 'sync:pull', { cursor: 'nonsense' }],
      [minji!, 'sync:pull', { limit: 301 }],
      [minji!, 'sync:pull', { known: Array(101).fill({ conversationId, seq: 0 }) }],
      [minji!, 'no:such:event', {}],
      [minji!, 'session:refresh', { token: 'nonsense' }],
      [junho!, 'offer:make', offer(80_000)],
      [jihun!, 'offer:make', offer(80_000)],
      [minji!, 'offer:make', offer(40_000)],
      [minji!, 'offer:make', offer(100_000)],
      [minji!, 'offer:make', offer(80_050)],
      [minji!, 'offer:make', offer(-100)],
      [minji!, 'offer:make', offer('80000')],
    ];
    const codes: string[] = [];
    for (const [device, event, payload] of asked)
      codes.push(`${event} ${codeOf(await device.ask(event, payload))}`);
    return codes;
  });

  plays('the moves of an offer are refused and repeated alike', async (scene) => {
    const { buyer, seller, conversationId } = scene;
    const [minji, junho] = await Promise.all([scene.raw(buyer), scene.raw(seller)]);
    const make = { conversationId, clientMessageId: 'an-offer-of-80000', amount: 80_000 };
    const made = await minji.ask('offer:make', make);
    const { offer } = made.data as { offer: { id: string } };
    const respond = (action: string, fields: object = {}) => ({
      offerId: offer.id,
      action,
      version: 1,
      clientMessageId: intent(),
      ...fields,
    });
    const asked: [RawDevice, string, unknown][] = [
      [minji, 'offer:make', make],
      [minji, 'offer:make', { ...make, amount: 70_000 }],
      [minji, 'offer:make', { ...make, clientMessageId: intent() }],
      [minji, 'offer:respond', respond('accept', { amount: 80_000 })],
      [minji, 'offer:respond', respond('decline')],
      [junho, 'offer:respond', respond('withdraw')],
      [junho, 'offer:respond', respond('accept', { amount: 70_000 })],
      [junho, 'offer:respond', respond('accept', { amount: 80_000, version: 2 })],
      [junho, 'offer:respond', respond('decline', { clientMessageId: 'a-decline-of-it' })],
      [junho, 'offer:respond', respond('decline', { clientMessageId: 'a-decline-of-it' })],
      [junho, 'offer:respond', respond('accept', { amount: 80_000 })],
      [minji, 'offer:respond', respond('withdraw')],
    ];
    const answers: unknown[] = [];
    for (const [device, event, payload] of asked) {
      const answer = await device.ask(event, payload);
      answers.push(answer.ok ? answer : [codeOf(answer), answer.error?.details?.current]);
    }
    return { made, answers };
  });

  plays('a catch-up gives pages, holes and an end', async (scene) => {
    const { buyer, seller, conversationId } = scene;
    const [minji, junho] = await Promise.all([scene.raw(buyer), scene.raw(seller)]);
    for (let n = 1; n <= 30; n += 1)
      await minji.ask('message:send', {
        conversationId,
        clientMessageId: `message-no-${n}`,
        text: `${n}`,
      });
    await junho.settles(conversationId, 30);
    const pull = async (input: object) => {
      const { data } = await junho.ask('sync:pull', input);
      const { messages, holes, complete, unread, conversations } = data as never as {
        messages: { seq: number }[];
        holes: unknown[];
        complete: boolean;
        unread: number;
        conversations: unknown[];
      };
      return { seqs: messages.map(({ seq }) => seq), holes, complete, unread, conversations };
    };
    return {
      fresh: await pull({}),
      known: await pull({ known: [{ conversationId, seq: 25 }] }),
      far: await pull({ known: [{ conversationId, seq: 2 }], limit: 5 }),
      bit: await pull({ known: [{ conversationId, seq: 26 }], limit: 2 }),
    };
  });

  plays('receipts move forward only, and are told to both', async (scene) => {
    const { buyer, seller, conversationId } = scene;
    const [minji, junho] = await Promise.all([scene.raw(buyer), scene.raw(seller)]);
    for (const text of ['하나', '둘', '셋'])
      await minji.ask('message:send', { conversationId, clientMessageId: intent(), text });
    const answers = [
      await junho.ask('receipt:delivered', { conversationId, seq: 2 }),
      await junho.ask('receipt:read', { conversationId, seq: 1 }),
      await junho.ask('receipt:delivered', { conversationId, seq: 1 }),
      await junho.ask('receipt:read', { conversationId, seq: 99 }),
      await minji.ask('receipt:read', { conversationId, seq: 1 }),
    ];
    const told = await minji.hears(
      'receipt:updated',
      ({ userId, readSeq }: { userId: string; readSeq: number }) =>
        userId === seller.id && readSeq === 3,
    );
    return { answers, told };
  });

  plays('a message is changed and taken back, and leaves the same log', async (scene) => {
    const { buyer, seller, conversationId } = scene;
    const [minji, junho] = await Promise.all([scene.raw(buyer), scene.raw(seller)]);
    const named = (n: number) => ({ conversationId, clientMessageId: `message-no-${n}` });
    await minji.ask('message:send', { ...named(1), text: '오타' });
    const edit = { ...named(2), seq: 1, text: '고친 말' };
    const place = { latitude: 37.556, longitude: 126.905, name: '망원역' };
    const asked: [RawDevice, string, unknown][] = [
      [junho, 'message:edit', { ...edit, clientMessageId: intent() }],
      [minji, 'message:edit', edit],
      [minji, 'message:edit', edit],
      [minji, 'message:edit', { ...edit, text: '다른 말' }],
      [minji, 'message:edit', { ...edit, clientMessageId: intent(), seq: 9 }],
      [minji, 'message:edit', { ...edit, clientMessageId: intent(), seq: 2 }],
      [minji, 'message:edit', { ...edit, clientMessageId: intent(), text: ' ' }],
      [minji, 'message:unsend', { ...named(3), seq: 1 }],
      [minji, 'message:unsend', { ...named(4), seq: 1 }],
      [minji, 'message:unsend', { conversationId, seq: 1 }],
      [minji, 'message:edit', { ...edit, clientMessageId: intent() }],
      [minji, 'message:send', { ...named(5), kind: 'place', place, text: '여기서 봐요' }],
      [minji, 'message:send', { ...named(6), text: '답장', replyToSeq: 1 }],
      [minji, 'message:send', { ...named(7), text: '답장', replyToSeq: 99 }],
      [minji, 'message:send', { ...named(8), kind: 'place', text: '장소 없이' }],
      [minji, 'message:send', { ...named(9), kind: 'image', imageIds: ['no-such-image'] }],
    ];
    const answers: unknown[] = [];
    for (const [device, event, payload] of asked) {
      const answer = await device.ask(event, payload);
      answers.push(answer.ok ? answer : codeOf(answer));
    }
    const heard = await junho.hears(
      'message:new',
      ({ message }: { message: { seq: number } }) => message.seq === 5,
    );
    const log = await junho.rest('GET', `/conversations/${conversationId}/messages?afterSeq=0`);
    return { answers, heard, log };
  });

  plays('typing shows on the other side only', async (scene) => {
    const { buyer, seller, conversationId } = scene;
    const [minji, junho] = await Promise.all([scene.raw(buyer), scene.raw(seller)]);
    // Before the first word nobody but its opener knows of the conversation.
    const first = { conversationId, clientMessageId: 'a-word-before-typing', text: '안녕하세요' };
    await minji.ask('message:send', first);
    const answer = await minji.ask('typing:set', { conversationId, typing: true });
    const told = await junho.hears('typing');
    return { answer, told, own: minji.all('typing') };
  });

  plays('a handshake that is not in order is refused', async ({ buyer }) => {
    const refused = async (auth: object) => {
      const device = await RawDevice.with(buyer, auth);
      device.socket.connect();
      const error = (await device.hears('connect_error')) as { data?: unknown };
      device.close();
      return error.data;
    };
    return [
      await refused({ token: 'nonsense' }),
      await refused({ token: undefined }),
      await refused({ protocol: 2 }),
    ];
  });

  plays('the doors of REST answer alike', async (scene) => {
    const { buyer, seller, conversationId, listingId, stage } = scene;
    const stranger = await stage.person('지훈');
    const [minji, junho, jihun] = [
      await scene.raw(buyer),
      await scene.raw(seller),
      await scene.raw(stranger),
    ];
    for (const text of ['하나', '둘', '셋'])
      await minji.ask('message:send', { conversationId, clientMessageId: intent(), text });
    await Promise.all([minji, junho].map((one) => one.settles(conversationId, 3)));
    const at = `/conversations/${conversationId}`;
    const calls: [RawDevice, string, string, unknown?][] = [
      [minji, 'GET', at],
      [junho, 'GET', at],
      [jihun, 'GET', at],
      [minji, 'GET', '/conversations'],
      [minji, 'GET', '/conversations?box=archived'],
      [minji, 'GET', `${at}/messages?limit=2`],
      [minji, 'GET', `${at}/messages?beforeSeq=2`],
      [minji, 'GET', `${at}/messages?afterSeq=1`],
      [minji, 'GET', `${at}/messages?limit=101`],
      [jihun, 'GET', `${at}/messages`],
      [minji, 'POST', '/conversations', { listingId }],
      [jihun, 'POST', '/conversations', { listingId: 'no-such-listing' }],
      [junho, 'POST', '/conversations', { listingId }],
      [minji, 'GET', '/offers/no-such-offer'],
      [minji, 'GET', '/me'],
      [minji, 'GET', `/users/${seller.id}`],
      [junho, 'PUT', `${at}/receipts`, { readSeq: 2 }],
    ];
    const answers: unknown[] = [];
    for (const [device, method, path, body] of calls) {
      const answer = await device.rest(method, path, body);
      const { code } = (answer.body ?? {}) as { code?: string };
      answers.push(code ? told(answer) : withoutEmail(answer));
    }
    return answers;
  });
});

accounts(plays);
endings(plays);
alerts(plays);
listings(plays);
trade(plays);
trust(plays);
search(plays);
uploads(plays);

function withoutEmail(answer: { status: number; body: unknown }): unknown {
  const { email: _email, ...body } = answer.body as { email?: string };
  return { ...answer, body };
}
