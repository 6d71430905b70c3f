import { describe } from '@jest/globals';
import sharp from 'sharp';
import { limits } from '../../../client/index.js';
import { intent } from '../../support/stage.js';
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
