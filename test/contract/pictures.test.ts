import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { pictureFiles } from '../../scripts/pictures.js';
import { screensPicture } from '../../scripts/pictures/screens.js';
import { stateMachines } from '../../src/docs-site/states-page.js';
import { statePicture } from '../../src/docs-site/state-picture.js';

test.each(Object.entries(pictureFiles()))(
  '%s is what the code says (else: npm run build && node dist/scripts/pictures.js)',
  (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);

test.each(stateMachines)(
  'the picture of the $name shows every state and every line once',
  (one) => {
    const { name, transitions } = one;
    const picture = statePicture(name, transitions);
    const boxes = [...picture.matchAll(/font-weight="600">([^<]+)<\/text>/g)].map(
      ([, text]) => text,
    );
    const states = new Set(transitions.flatMap(({ from, to }) => [from ?? 'not there yet', to]));
    expect(boxes.sort()).toEqual([...states].sort());
    const lines = new Set(transitions.map(({ from, act, to }) => `${from} ${act} ${to}`));
    expect(picture.match(/marker-end=/g)).toHaveLength(lines.size);
  },
);

test('the map of the screens shows every address of the app once', () => {
  const app = readFileSync('web/src/app/app.tsx', 'utf8');
  const addresses = [...app.matchAll(/<Route path="([^"]+)"/g)].map(([, path]) => path!);
  const drawn = [...screensPicture('.').matchAll(/>(\/[^<]*)<\/text>/g)].map(([, path]) => path!);
  const redirects = ['/moderation'];
  expect(drawn.sort()).toEqual(addresses.filter((path) => !redirects.includes(path)).sort());
});

test('a changed table is another picture', () => {
  const { name, transitions } = stateMachines[0]!;
  expect(statePicture(name, transitions.slice(0, -1))).not.toBe(statePicture(name, transitions));
});
