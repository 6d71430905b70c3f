import { describe } from '@jest/globals';
import sharp from 'sharp';
import { limits } from '../../../client/index.js';
import { intent, type RawDevice } from '../../support/stage.js';
import { stageOf } from './endings.js';
import { codeOf, told, type Plays } from './plays.js';

/** Images: taken in, sent once, and gone when their message is taken back. */
export function uploads(plays: Plays): void {
  describe('Uploads', () => {
    plays('an image is uploaded and sent, in one message and by its owner only', async (scene) => {
      const { conversationId } = scene;
      const { minji, junho, log } = await stageOf(scene);
      const photo = await photoOf();
      const upload = async () => {
        const answer = await minji.rest('POST', '/images', formOf(photo));
        return { answer, id: (answer.body as { id: string }).id };
      };
      const [one, other] = [await upload(), await upload()];
      const send = (imageIds: unknown, more: object = {}) => ({
        conversationId,
        clientMessageId: intent(),
        kind: 'image',
        imageIds,
        ...more,
      });
      const sent = send([one.id], { text: '이 사진이에요' });
      return [
        namedImage(one.answer),
        codeOf(await junho.ask('message:send', send([one.id]))),
        codeOf(await minji.ask('message:send', send([other.id, other.id]))),
        codeOf(await minji.ask('message:send', send([]))),
        codeOf(await minji.ask('message:send', send(Array(11).fill(other.id)))),
        codeOf(await minji.ask('message:send', { ...send([other.id]), kind: 'text', text: '?' })),
        namedImage(await minji.ask('message:send', sent)),
        namedImage(await minji.ask('message:send', sent)),
        codeOf(await minji.ask('message:send', { ...sent, imageIds: [other.id] })),
        codeOf(await minji.ask('message:send', send([one.id]))),
        codeOf(await minji.ask('message:send', send([one.id, other.id]))),
        namedImage(await minji.ask('message:send', send([other.id], { text: ' ' }))),
        namedImage(await log(junho)),
        told(await minji.rest('DELETE', `/conversations/${conversationId}/messages/1`)),
        codeOf(await minji.ask('message:send', send([one.id]))),
        namedImage(await log(junho)),
      ];
    });

    plays('a listing has images in order, its own only, and lets go of them', async (scene) => {
      const { minji, junho, say, offer } = await stageOf(scene);
      const photo = await photoOf();
      const upload = async (device: RawDevice) => {
        const { body } = await device.rest('POST', '/images', formOf(photo));
        return (body as { id: string }).id;
      };
      const [one, two, three] = [await upload(junho), await upload(junho), await upload(junho)];
      const foreign = await upload(minji);
      const draft = { title: '자전거', description: '', price: 90_000, category: 'sports' };
      const list = (imageIds?: string[]) => junho.rest('POST', '/listings', { ...draft, imageIds });
      const path = `/listings/${scene.listingId}`;
      const change = (imageIds: string[]) => junho.rest('PATCH', path, { imageIds });
      const card = async () =>
        told(await minji.rest('GET', `/conversations/${scene.conversationId}`));
      const made = await list([one]);
      const other = `/listings/${(made.body as { id: string }).id}`;
      await minji.ask('message:send', say('아직 있나요?'));
      const { data } = await minji.ask('offer:make', offer(80_000));
      await minji.settles(scene.conversationId, 2);
      const { id } = (data as { offer: { id: string } }).offer;
      return [
        named(told(made)),
        named(told(await list())),
        named(told(await list([one]))),
        named(told(await change([foreign]))),
        named(told(await change([two, three, one]))),
        named(told(await change([two, three]))),
        named(await card()),
        named(told(await change([three, two]))),
        named(told(await minji.rest('PATCH', path, { imageIds: [] }))),
        named(told(await change([three]))),
        named(told(await change([two]))),
        named(told(await change([]))),
        named(await card()),
        named(told(await junho.rest('PATCH', path, { title: '산악자전거', price: 80_000 }))),
        told(await minji.rest('GET', `/offers/${id}`)),
        told(await junho.rest('DELETE', other)),
        told(await junho.rest('GET', other)),
        named(told(await list([one]))),
      ];

      /** Images by their letter, since each stage makes their ids its own way. */
      function named(answer: unknown): unknown {
        let text = JSON.stringify(answer).replace(/\?v=[\w-]+/g, '');
        for (const [index, id] of [one, two, three].entries())
          text = text.replaceAll(id, 'abc'[index]!);
        return JSON.parse(text) as unknown;
      }
    });

    plays('what is no image, too large or no such form is refused', async (scene) => {
      const minji = await scene.raw(scene.buyer);
      const photo = await photoOf();
      const two = formOf(photo);
      two.append('image', photo, 'another.png');
      const withText = formOf(photo);
      withText.append('title', '자전거');
      const forms: (FormData | object | undefined)[] = [
        formOf(new Blob(['a text'], { type: 'text/plain' }), 'image', 'notes.txt'),
        formOf(new Blob(['<svg/>'], { type: 'image/svg+xml' }), 'image', 'drawing.svg'),
        formOf(new Blob([new Uint8Array(limits.imageBytes + 1)], { type: 'image/png' })),
        formOf(photo, 'picture'),
        new FormData(),
        two,
        withText,
        undefined,
      ];
      const answers = [];
      for (const form of forms) answers.push(told(await minji.rest('POST', '/images', form)));
      return answers;
    });
  });
}

/** Of the size that the mock gateway says of every image: it reads none. */
async function photoOf(): Promise<Blob> {
  const background = { r: 40, g: 90, b: 60 };
  const bytes = await sharp({ create: { width: 640, height: 480, channels: 3, background } })
    .png()
    .toBuffer();
  return new Blob([new Uint8Array(bytes)], { type: 'image/png' });
}

function formOf(file: Blob, field = 'image', name = 'photo.png'): FormData {
  const form = new FormData();
  form.append(field, file, name);
  return form;
}

/** Addresses hold the id of their image, which each stage makes its own way. */
const namedImage = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer).replace(/\/v1\/images\/[\w-]+\//g, '/v1/images/one/'),
  ) as unknown;
