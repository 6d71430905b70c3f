import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { crc32 } from 'node:zlib';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { limits, type DataOf, type PayloadOf, type view } from '../../src/contract/index.js';
import { imageMemory } from '../../src/media/image-memory.js';
import { ImageShelf, type ImageUse } from '../../src/media/image-shelf.js';
import { ImageStore } from '../../src/media/image.store.js';
import { createReEncode } from '../../src/media/re-encode.js';
import { eventually, within } from '../support/eventually.js';
import { callRest, type DeviceSocket, type HttpAnswer, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let minji: Person, junho: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [minji, junho] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

/** A picture whose four corners differ, so that one can see which way it stands. */
const picture = (width = 400, height = 300) => {
  const half = { width: width / 2, height: height / 2, channels: 3 as const };
  const [red, blue] = [
    { r: 220, g: 0, b: 0 },
    { r: 0, g: 0, b: 220 },
  ].map((background) => ({
    create: { ...half, background },
  }));
  return sharp({ create: { width, height, channels: 3, background: { r: 240, g: 240, b: 240 } } })
    .composite([
      { input: red!, left: 0, top: 0 },
      { input: blue!, left: width / 2, top: 0 },
    ])
    .png();
};
/** Pixels that no format can make small. */
const noise = (edge: number) =>
  sharp(randomBytes(edge * edge * 3), { raw: { width: edge, height: edge, channels: 3 } });

const formOf = (bytes: Uint8Array, field = 'image', type = 'image/jpeg'): FormData => {
  const form = new FormData();
  form.append(field, new Blob([Uint8Array.from(bytes)], { type }), 'photo.jpg');
  return form;
};

const post = (person: Person, form: unknown) =>
  person.call<view.Image & view.Problem>('POST', '/v1/images', form);

async function uploads(person: Person, bytes: Uint8Array): Promise<view.Image> {
  const { status, body } = await post(person, formOf(bytes));
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

/** As an `<img>` does it: without a token. */
const reads = (path: string, gateway = 0, headers: Record<string, string> = {}) =>
  fetch(`${cluster.gateways[gateway]!.url}${path}`, { headers });

const bytesOf = async (path: string, gateway = 0): Promise<Buffer> => {
  const answer = await reads(path, gateway);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};

/** A red and a green picture of eight pixels' edge, one after the other (libavif 0.11, brand `avis`). */
const movingAvif =
  'AAAALGZ0eXBhdmlzAAAAAGF2aWZhdmlzbXNmMWlzbzhtaWYxbWlhZk1BMUEAAAGNbWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAsaWxvYwAAAABEAAACAAEAAAABAAAG5QAAACYAAgAAAAEAAAa8AAAAGQAAAEJpaW5mAAAAAAACAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAAAaaW5mZQIAAAAAAgAAYXYwMUFscGhhAAAAABppcmVmAAAAAAAAAA5hdXhsAAIAAQABAAAAw2lwcnAAAACdaXBjbwAAABRpc3BlAAAAAAAAAAgAAAAIAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAAABNjb2xybmNseAABAA0ABoAAAAAOcGl4aQAAAAABCAAAAAxhdjFDgQAcAAAAADhhdXhDAAAAAHVybjptcGVnOm1wZWdCOmNpY3A6c3lzdGVtczphdXhpbGlhcnk6YWxwaGEAAAAAHmlwbWEAAAAAAAAAAgABBAECgwQAAgQBBYYHAAAE+21vb3YAAAB4bXZoZAEAAAAAAAAA5zBuTAAAAADnMG5MAAAAAgAAAAAAAAACAAEAAAEAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIAAAIhdHJhawAAAGh0a2hkAQAAAQAAAADnMG5MAAAAAOcwbkwAAAABAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQAAAAAAIAAAACAAAAAABsW1kaWEAAAAsbWRoZAEAAAAAAAAA5zBuTAAAAADnMG5MAAAAAgAAAAAAAAACVcQAAAAAAChoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAbGliYXZpZgAAAAFVbWluZgAAABR2bWhkAAAAAQAAAAAAAAAAAAAAJGRpbmYAAAAcZHJlZgAAAAAAAAABAAAADHVybCAAAAABAAABFXN0YmwAAAAUc3RjbwAAAAAAAAABAAAG5QAAABxzdHNjAAAAAAAAAAEAAAABAAAAAgAAAAEAAAAcc3RzegAAAAAAAAAAAAAAAgAAACYAAAAbAAAAFHN0c3MAAAAAAAAAAQAAAAEAAAAYc3R0cwAAAAAAAAABAAAAAgAAAAEAAACVc3RzZAAAAAAAAAABAAAAhWF2MDEAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAACAAIAEgAAABIAAAAAAAAAAEKQU9NIENvZGluZwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAY//8AAAAMYXYxQ4EgAAAAAAATY29scm5jbHgAAQANAAaAAAAAEGNjc3QAAAAAfAAAAAAAAlp0cmFrAAAAaHRraGQBAAABAAAAAOcwbkwAAAAA5zBuTAAAAAIAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAABAAAAAAAgAAAAIAAAAAAAUdHJlZgAAAAxhdXhsAAAAAQAAAdZtZGlhAAAALG1kaGQBAAAAAAAAAOcwbkwAAAAA5zBuTAAAAAIAAAAAAAAAAlXEAAAAAAAoaGRscgAAAAAAAAAAYXV4dgAAAAAAAAAAAAAAAGxpYmF2aWYAAAABem1pbmYAAAAUdm1oZAAAAAEAAAAAAAAAAAAAACRkaW5mAAAAHGRyZWYAAAAAAAAAAQAAAAx1cmwgAAAAAQAAATpzdGJsAAAAFHN0Y28AAAAAAAAAAQAABrwAAAAcc3RzYwAAAAAAAAABAAAAAQAAAAIAAAABAAAAHHN0c3oAAAAAAAAAAAAAAAIAAAAZAAAAEAAAABRzdHNzAAAAAAAAAAEAAAABAAAAGHN0dHMAAAAAAAAAAQAAAAIAAAABAAAAunN0c2QAAAAAAAAAAQAAAKphdjAxAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAgACABIAAAASAAAAAAAAAABCkFPTSBDb2RpbmcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGP//AAAADGF2MUOBABwAAAAAEGNjc3QAAAAAfAAAAAAAADhhdXhpAAAAAHVybjptcGVnOm1wZWdCOmNpY3A6c3lzdGVtczphdXhpbGlhcnk6YWxwaGEAAAAAcm1kYXQSAAoJAAAAARfm18lQMgoQAIAAABjeopVQEgAyDDADwIAAAEaABACRkBIACgwgAAABF+bXyQENBpAyFBAAsAAAAkAAAAB5TOlrru9a9qGAEgAyFzADwIAAAEawAAACQAAgAAADELR8pmTL';

/** A PNG that ends behind its header. */
function pngHeader({ edge, depth = 8, colours = 2, interlaced = false }: Header): Buffer {
  const header = Buffer.alloc(17);
  header.write('IHDR', 0, 'latin1');
  header.writeUInt32BE(edge, 4);
  header.writeUInt32BE(edge, 8);
  header.set([depth, colours, 0, 0, interlaced ? 1 : 0], 12);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, pngChunk(header), pngChunk(Buffer.from('IDAT', 'latin1'))]);
}

/** The body begins with the chunk's type. */
function pngChunk(body: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

interface Header {
  edge: number;
  depth?: number;
  colours?: number;
  interlaced?: boolean;
}

const refusals = ({ status, body }: HttpAnswer<view.Problem>) => [
  status,
  body.code,
  body.errors?.[0]?.path,
];

describe('an image that is uploaded', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'as %s is served as WebP, whatever the form calls it',
    async (format) => {
      const image = await uploads(minji, await picture().toFormat(format).toBuffer());
      expect(image).toMatchObject({ width: 400, height: 300 });
      const { full, thumb } = image.urls;
      expect(await sharp(await bytesOf(full)).metadata()).toMatchObject({
        format: 'webp',
        width: 400,
        height: 300,
      });
      expect(await sharp(await bytesOf(thumb)).metadata()).toMatchObject({
        format: 'webp',
        width: limits.imageThumbEdge,
        height: (limits.imageThumbEdge * 3) / 4,
      });
    },
  );

  test('is made smaller to its longest edge, and never larger', async () => {
    const tall = await uploads(minji, await picture(1_200, 2_400).toBuffer());
    expect([tall.width, tall.height]).toEqual([limits.imageFullEdge / 2, limits.imageFullEdge]);
    const small = await uploads(minji, await picture(20, 10).toBuffer());
    expect([small.width, small.height]).toEqual([20, 10]);
    const thumb = await sharp(await bytesOf(small.urls.thumb)).metadata();
    expect([thumb.width, thumb.height]).toEqual([20, 10]);
  });

  test('stands upright and tells nothing of where and with what it was taken', async () => {
    const photo = await picture()
      .jpeg()
      .withExif({
        IFD0: { Make: 'Spyglass', Copyright: 'Minji' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '37/1 33/1 22/1' },
      })
      .withIccProfile('p3')
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><private/></x:xmpmeta>')
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const image = await uploads(minji, photo);
    expect([image.width, image.height]).toEqual([300, 400]);
    for (const path of Object.values(image.urls)) {
      const bytes = await bytesOf(path);
      const { exif, xmp, iptc, icc, orientation } = await sharp(bytes).metadata();
      expect([exif, xmp, iptc, icc, orientation]).toEqual([]);
      expect(bytes.includes('Spyglass') || bytes.includes('private')).toBe(false);
    }
    // Turned by a quarter: what was red at the top left is at the top right now.
    const { data, info } = await sharp(await bytesOf(image.urls.full))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => {
      const [red = 0, , blue = 0] = data.subarray((y * info.width + x) * info.channels);
      return red > 150 && blue < 100 ? 'red' : blue > 150 && red < 100 ? 'blue' : 'white';
    };
    expect([at(20, 20), at(280, 20), at(280, 380), at(20, 380)]).toEqual([
      'white',
      'red',
      'blue',
      'white',
    ]);
  });

  test('is there on every node at once, for whoever has its address', async () => {
    const image = await uploads(minji, await picture().toBuffer());
    expect(image.id).toMatch(/^[\w-]{32}$/);
    expect(await bytesOf(image.urls.full, 1)).toEqual(await bytesOf(image.urls.full, 0));
  });

  test('may be shown by an app of another origin, for a while without asking again', async () => {
    const image = await uploads(minji, await picture().toBuffer());
    const { headers } = await reads(image.urls.full);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/webp',
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'private, max-age=300',
    });
    const asked = await fetch(`${cluster.gateways[0]!.url}${image.urls.full}`, { method: 'HEAD' });
    expect(asked.headers.get('etag')).toBe(headers.get('etag'));
    const tag = headers.get('etag') ?? '';
    const ask = { 'if-none-match': tag, 'cache-control': 'max-age=0' };
    const again = await reads(image.urls.full, 1, ask);
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
    expect((await reads(image.urls.thumb, 1, ask)).status).toBe(200);
  });

  test('as large as is allowed is taken, one byte more is not', async () => {
    const photo = await picture().jpeg().toBuffer();
    const filled = Buffer.concat([photo, Buffer.alloc(limits.imageBytes - photo.length)]);
    await uploads(minji, filled);
    const larger = Buffer.concat([filled, Buffer.alloc(1)]);
    expect(refusals(await post(minji, formOf(larger)))).toEqual([
      413,
      'PAYLOAD_TOO_LARGE',
      undefined,
    ]);
  });
});

describe('what phones and editors write', () => {
  const flat = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#dc2828' } });
  const colourOf = async ({ full }: { full: Buffer }) => {
    const { data } = await sharp(full).raw().toBuffer({ resolveWithObject: true });
    return [...data.subarray(0, 3)];
  };
  const encode = createReEncode();
  const reEncode = (bytes: Buffer) => encode(bytes, 'minji');

  test.each([
    ['a photo of 108 megapixels', () => flat(12_000, 9_000).jpeg()],
    ['a panorama', () => flat(16_382, 3_628).jpeg()],
    ['an AVIF of 12 megapixels', () => flat(4_032, 3_024).avif({ effort: 0 })],
  ])('%s is taken', async (_what, made) => {
    const { width, height } = await uploads(minji, await made().toBuffer());
    expect(Math.max(width, height)).toBe(limits.imageFullEdge);
  });

  const depths = {
    8: (image: Sharp) => image,
    16: (image: Sharp) => image.toColourspace('rgb16'),
  };
  const profiles = {
    none: (image: Sharp) => image,
    srgb: (image: Sharp) => image.withIccProfile('srgb'),
    p3: (image: Sharp) => image.withIccProfile('p3'),
  };
  const colours = Object.values(depths).flatMap((deep) =>
    Object.values(profiles).map((profiled) => deep(profiled(flat(32, 32))).png()),
  );
  colours.push(flat(32, 32).withIccProfile('srgb').avif({ bitdepth: 10, quality: 100 }));
  colours.push(flat(32, 32).withIccProfile('p3').jpeg({ quality: 100 }));

  test('colours stay what they were, in every depth and with every profile', async () => {
    for (const made of colours) {
      const [red, green, blue] = await colourOf(await reEncode(await made.toBuffer()));
      // WebP keeps colours to about two steps.
      for (const [is, was] of [
        [red, 220],
        [green, 40],
        [blue, 40],
      ] as const)
        expect(Math.abs(is! - was)).toBeLessThanOrEqual(3);
    }
  });

  /** A picture that says by numbers which colours it has, and by nothing else. */
  const numbered = {
    PNG: async (image: Sharp, [primaries, curve]: [number, number]) => {
      const png = await image.png().toBuffer();
      const numbers = pngChunk(Buffer.from([...Buffer.from('cICP'), primaries, curve, 0, 1]));
      // Behind the header.
      return Buffer.concat([png.subarray(0, 33), numbers, png.subarray(33)]);
    },
    AVIF: async (image: Sharp, numbers: [number, number]) => {
      const avif = await image.avif({ lossless: true }).toBuffer();
      const at = avif.indexOf('colrnclx') + 'colrnclx'.length;
      for (const [index, one] of numbers.entries()) avif.writeUInt16BE(one, at + 2 * index);
      return avif;
    },
  };

  test.each(Object.entries(numbered))(
    'colours that a %s names by numbers become what they look like',
    async (type, made) => {
      // #dc2828, as Display P3 tells it.
      const p3 = sharp({
        create: { width: 32, height: 32, channels: 3, background: { r: 202, g: 59, b: 50 } },
      });
      const deep = type === 'PNG' ? p3.clone().toColourspace('rgb16') : p3;
      const [displayP3, srgb]: [number, number][] = [
        [12, 13],
        [1, 13],
      ];
      for (const [bytes, shown] of [
        [await made(p3, displayP3!), [220, 40, 40]],
        [await made(deep, displayP3!), [220, 40, 40]],
        [await made(p3, srgb!), [202, 59, 50]],
      ] as const) {
        const colour = await colourOf(await reEncode(bytes));
        for (const [index, was] of shown.entries())
          expect(Math.abs(colour[index]! - was)).toBeLessThanOrEqual(4);
      }
    },
  );

  test('a JPEG without its end mark is whole, one without its last pixels is not', async () => {
    for (const progressive of [false, true]) {
      const whole = await noise(128).jpeg({ progressive }).toBuffer();
      const same = await reEncode(whole);
      for (const missing of [1, 2])
        expect((await reEncode(whole.subarray(0, -missing))).full).toEqual(same.full);
      for (const missing of [64, 200, 5_000])
        await expect(reEncode(whole.subarray(0, -missing))).rejects.toMatchObject({
          code: 'VALIDATION_FAILED',
        });
    }
  });

  test('of a moving AVIF the first picture is kept', async () => {
    const encoded = await reEncode(Buffer.from(movingAvif, 'base64'));
    const [red, green] = await colourOf(encoded);
    expect([encoded.width, red! > 200, green! < 60]).toEqual([8, true, true]);
  });
});

describe('refused is', () => {
  test.each([
    ['a text', Buffer.from('just a text')],
    ['nothing', Buffer.alloc(0)],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['PDF', Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')],
    ['a web page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ])('%s, whatever it calls itself', async (_what, bytes) => {
    expect(refusals(await post(minji, formOf(bytes)))).toEqual([
      415,
      'UNSUPPORTED_TYPE',
      undefined,
    ]);
  });

  test('a TIFF', async () => {
    const tiff = await picture().tiff().toBuffer();
    expect((await post(minji, formOf(tiff))).status).toBe(415);
  });

  const isBroken = async (bytes: Buffer) =>
    expect(refusals(await post(minji, formOf(bytes)))).toEqual([422, 'VALIDATION_FAILED', 'image']);

  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    '%s that is cut off',
    async (format) => {
      const whole = await noise(64).toFormat(format).toBuffer();
      await isBroken(whole.subarray(0, whole.length / 2));
      await isBroken(whole.subarray(0, 40));
    },
  );

  test.each(['jpeg', 'png', 'webp', 'gif'] as const)(
    'no %s that has all its pixels: without its last two bytes, or with more behind them',
    async (format) => {
      const whole = await noise(64).toFormat(format).toBuffer();
      const more = Buffer.concat([whole, Buffer.from('and more')]);
      expect((await post(minji, formOf(more))).status).toBe(201);
      const cut = whole.subarray(0, -2);
      // Its length is in front of a WebP, and pixels come last.
      if (format === 'webp') await isBroken(cut);
      else expect((await post(minji, formOf(cut))).status).toBe(201);
      await isBroken(whole.subarray(0, -40));
    },
  );

  test('an SVG that begins like a JPEG', async () => {
    const start = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
    await isBroken(
      Buffer.concat([start, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')]),
    );
  });

  const words = async (bytes: Uint8Array) => {
    const { status, body } = await post(minji, formOf(bytes));
    return [status, body.errors?.[0]?.message];
  };

  test('a small file that unfolds to more pixels than allowed, and is told so', async () => {
    const edge = Math.ceil(Math.sqrt(limits.imagePixels)) + 1;
    const create = { width: edge, height: edge, channels: 3 as const, background: 'white' };
    const bomb = await sharp({ create }).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(limits.imageBytes / 10);
    expect(await words(bomb)).toEqual([422, expect.stringContaining(`${edge * edge} pixels`)]);
    // A header alone, for more memory than there is.
    expect(await words(pngHeader({ edge: 0x7ffffff }))).toEqual([422, expect.anything()]);
  });

  test('a small file that takes too much memory to read, before it does', async () => {
    // Interlaced, with four channels of sixteen bits: all of it is held at once.
    const edge = 7_071;
    const interlaced = { edge, depth: 16, colours: 6, interlaced: true };
    expect(await words(pngHeader(interlaced))).toEqual([
      422,
      `has ${edge * edge} pixels (${edge} by ${edge}), too many for a file of this kind`,
    ]);
    // The same, read line by line: it goes on to what is missing behind the header.
    const plain = pngHeader({ ...interlaced, interlaced: false });
    expect(await words(plain)).toEqual([422, 'is broken or cut off']);
    const header = { format: 'jpeg', width: edge, height: edge, channels: 4, isProgressive: true };
    expect(imageMemory({ ...header, depth: 'uchar' } as Metadata)).toBeGreaterThan(
      limits.imageMemoryBytes,
    );
  });

  test('a form without the image, with two, or with anything else', async () => {
    const photo = await picture().toBuffer();
    const two = formOf(photo);
    two.append('image', new Blob([Uint8Array.from(photo)]), 'second.jpg');
    const withText = formOf(photo);
    withText.append('title', '자전거');
    const asText = new FormData();
    asText.append('image', 'not a file');
    for (const form of [new FormData(), formOf(photo, 'picture'), two, withText, asText])
      expect(refusals(await post(minji, form))).toEqual([422, 'VALIDATION_FAILED', 'image']);
    expect(refusals(await post(minji, undefined))).toEqual([422, 'VALIDATION_FAILED', 'image']);
  });

  test('a form that is none', async () => {
    expect((await post(minji, { image: 'x' })).status).toBe(415);
    const odd = (type: string, body: string) =>
      minji.call('POST', '/v1/images', body, { 'content-type': type });
    expect(refusals(await odd('multipart/form-data', 'x'))[1]).toBe('VALIDATION_FAILED');
    expect(refusals(await odd('multipart/form-data; boundary=a', '--a\r\nhalf'))[1]).toBe(
      'VALIDATION_FAILED',
    );
    expect(refusals(await odd('image/png', 'x'))[1]).toBe('UNSUPPORTED_TYPE');
  });

  test('a form anywhere else', async () => {
    const answer = await minji.call('POST', '/v1/listings', formOf(Buffer.from('x')));
    expect(answer.status).toBe(415);
  });

  test('who is not signed in, before anything is read', async () => {
    const { url } = cluster.gateways[0]!;
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(`${url}/v1/images`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=a', 'content-length': '100000' },
      });
      request.on('error', reject);
      request.on('response', (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.write('--a\r\n');
    });
    expect(await answered).toBe(401);
    expect((await callRest(url, 'POST', '/v1/images', {})).status).toBe(401);
  });

  test('more than is held in memory at once, of one person and of all', async () => {
    const [mina, yuna, sora] = await Promise.all(
      ['미나', '유나', '소라'].map((name) => cluster.person(name)),
    );
    /** Begins to send the largest image and never ends; resolves if it is answered before. */
    const begins = (person: Person) => {
      const request = httpRequest(`${person.gateway.url}/v1/images`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${person.accessToken}`,
          'content-type': 'multipart/form-data; boundary=a',
          'content-length': limits.imageBytes,
        },
      });
      request.on('error', () => undefined);
      request.write('--a\r\n');
      const refused = new Promise<string>((resolve) => {
        request.on('response', ({ statusCode, headers }) => {
          resolve(`${statusCode}, again after ${headers['retry-after']} s`);
        });
      });
      return { request, refused };
    };
    const four = (person: Person) => Array.from({ length: 4 }, () => begins(person));
    const firstRefused = (begun: ReturnType<typeof begins>[]) =>
      within('one is refused', Promise.race(begun.map(({ refused }) => refused)));
    const [minas, yunas] = [four(mina!), four(yuna!)];
    expect(await firstRefused(minas)).toBe('429, again after 1 s');
    expect(await firstRefused(yunas)).toBe('429, again after 1 s');
    const soras = begins(sora!);
    expect(await firstRefused([soras])).toBe('503, again after 2 s');
    for (const { request } of [...minas, ...yunas, soras]) request.destroy();
    const photo = await picture().jpeg().toBuffer();
    const largest = Buffer.concat([photo, Buffer.alloc(limits.imageBytes - photo.length)]);
    for (const person of [mina!, sora!])
      await eventually('the memory is free again', async () =>
        (await post(person, formOf(largest))).status === 201 ? true : undefined,
      );
  });

  test('more than a node can work off soon', async () => {
    const encode = createReEncode();
    const reEncode = (bytes: Buffer) => encode(bytes, 'minji');
    const photo = await noise(200).jpeg().toBuffer();
    const asked = await Promise.allSettled(Array.from({ length: 25 }, () => reEncode(photo)));
    const [done, refused] = [asked.slice(0, 21), asked.slice(21)];
    expect(new Set(done.map(({ status }) => status))).toEqual(new Set(['fulfilled']));
    for (const one of refused)
      expect(one).toMatchObject({ reason: { code: 'UNAVAILABLE', retryable: true } });
    await reEncode(photo);
  });

  test('who took the connection away in the middle, and nothing unexpected is logged', async () => {
    const [gateway] = cluster.gateways;
    const request = httpRequest(`${gateway!.url}/v1/images`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${minji.accessToken}`,
        'content-type': 'multipart/form-data; boundary=a',
        'content-length': '100000',
      },
    });
    request.on('error', () => undefined);
    const head = '--a\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nhalf';
    await new Promise((resolve) => request.write(head, resolve));
    request.destroy();
    await uploads(minji, await picture().toBuffer());
    expect(gateway!.log).not.toMatch(/unexpected error/);
  });
});

test('what is not there is not found', async () => {
  const image = await uploads(minji, await picture().toBuffer());
  for (const [path, status] of [
    [`/v1/images/${randomUUID()}/full`, 404],
    [`/v1/images/${image.id}/huge`, 422],
    [`/v1/images/${image.id}`, 404],
  ] as const)
    expect([path, (await reads(path)).status]).toEqual([path, status]);
});

test('more than the quota is told when to come again', async () => {
  const greedy = await cluster.person('욕심');
  const nothing = formOf(Buffer.from('costs a try all the same'));
  for (let sent = 0; sent < limits.imagesPerHour; sent += 20)
    await Promise.all(Array.from({ length: 20 }, () => post(greedy, nothing)));
  const answer = await post(greedy, nothing);
  expect(refusals(answer)[1]).toBe('RATE_LIMITED');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  greedy.gateway = cluster.gateways[1]!;
  expect(refusals(await post(greedy, nothing))[1]).toBe('RATE_LIMITED');
});

/** What a person does with a message, over either door. */
interface Acts {
  send(
    device: DeviceSocket,
    conversationId: string,
    said: Omit<PayloadOf<'message:send'>, 'conversationId'>,
  ): Promise<DataOf<'message:send'>>;
  edit(
    device: DeviceSocket,
    conversationId: string,
    seq: number,
    text: string,
  ): Promise<DataOf<'message:edit'>>;
  unsend(
    device: DeviceSocket,
    conversationId: string,
    seq: number,
  ): Promise<DataOf<'message:unsend'>>;
}

const doors: [string, Acts][] = [
  [
    'over a socket',
    {
      send: (device, conversationId, said) =>
        device.do('message:send', { conversationId, ...said }),
      edit: (device, conversationId, seq, text) =>
        device.do('message:edit', { conversationId, seq, text, clientMessageId: randomUUID() }),
      unsend: (device, conversationId, seq) =>
        device.do('message:unsend', { conversationId, seq, clientMessageId: randomUUID() }),
    },
  ],
  [
    'over REST',
    {
      send: (_device, id, said) => minji.gets('POST', `/v1/conversations/${id}/messages`, said),
      edit: (_device, id, seq, text) =>
        minji.gets('PATCH', `/v1/conversations/${id}/messages/${seq}`, {
          text,
          clientMessageId: randomUUID(),
        }),
      unsend: (_device, id, seq) =>
        minji.gets('DELETE', `/v1/conversations/${id}/messages/${seq}`, {
          clientMessageId: randomUUID(),
        }),
    },
  ],
];

describe('the message of an image', () => {
  const use = (changed: Partial<ImageUse> = {}): ImageUse => ({
    ownerId: minji.id,
    conversationId: randomUUID(),
    clientMessageId: randomUUID(),
    ...changed,
  });
  /** The shelf as the conversations use it, beside the gateways on their database. */
  const withShelf = <T>(look: (shelf: ImageShelf) => Promise<T>) =>
    cluster.withStores((mongo) =>
      look(new ImageShelf({ images: new ImageStore(mongo), clock: () => new Date() })),
    );
  const stored = (id: string) =>
    cluster.inspect((mongo) =>
      mongo.collection<{ _id: string; expiresAt?: Date }>('images').findOne({ _id: id }),
    );
  const hoursLeft = async (id: string) => {
    const at = (await stored(id))?.expiresAt;
    return at && Math.round((at.getTime() - Date.now()) / 3_600_000);
  };
  const several = async (count: number, owner = minji) => {
    const photo = await picture(40, 30).toBuffer();
    return Promise.all(Array.from({ length: count }, () => uploads(owner, photo)));
  };
  const isRefused = (attached: Promise<unknown>) =>
    expect(attached).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { errors: [{ path: 'imageIds' }] },
    });

  test.each(doors)(
    '%s: shows its images on the other node until it is taken back, whatever its caption says by then',
    async (_door, acts) => {
      const conversation = await minji.asksAbout(await junho.lists());
      const [phone, shop] = await Promise.all([minji.connects(), junho.connects()]);
      const imageIds = (await several(2)).map(({ id }) => id);
      const id = randomUUID();
      const { message } = await acts.send(phone, conversation.id, {
        kind: 'image',
        imageIds,
        text: '기스 사진이에요',
        clientMessageId: id,
      });
      expect(message.images?.map((image) => image.id)).toEqual(imageIds);
      const heard = await shop.hears('message:new', (one) => one.message.id === message.id);
      expect(heard.message).toEqual(message);
      const paths = message.images!.flatMap(({ urls }) => Object.values(urls));
      const edited = await acts.edit(phone, conversation.id, message.seq, '자세한 사진이에요');
      expect(edited.target).toMatchObject({ text: '자세한 사진이에요', images: message.images });
      for (const path of paths) await bytesOf(path, 1);
      const { target } = await acts.unsend(phone, conversation.id, message.seq);
      expect(target).toMatchObject({ state: 'unsent' });
      for (const left of ['images', 'text']) expect(target).not.toHaveProperty(left);
      for (const path of paths)
        for (const gateway of [0, 1]) expect((await reads(path, gateway)).status).toBe(404);
      const again = await minji.call<view.Problem>(
        'POST',
        `/v1/conversations/${conversation.id}/messages`,
        { kind: 'image', imageIds, clientMessageId: randomUUID() },
      );
      expect(refusals(again)).toEqual([422, 'VALIDATION_FAILED', 'imageIds']);
      for (const person of [minji, junho]) person.leaves();
    },
  );

  test('keeps it from being deleted once it is written, and again changes nothing', async () => {
    const [image] = await several(1);
    const ids = [image!.id];
    const message = use();
    expect(await hoursLeft(image!.id)).toBe(limits.imageUnusedHours);
    await withShelf(async (shelf) => {
      await shelf.attach(ids, message);
      expect(await hoursLeft(image!.id)).toBe(limits.imageUnusedHours);
      await shelf.keep(ids, use());
      expect(await hoursLeft(image!.id)).toBe(limits.imageUnusedHours);
      for (let again = 0; again < 2; again += 1) await shelf.keep(ids, message);
      expect(await hoursLeft(image!.id)).toBeUndefined();
      // A repeat of its message, and one under its name that was refused.
      await shelf.attach(ids, message);
      await shelf.release(ids, message);
      await isRefused(shelf.attach(ids, use()));
      expect(await hoursLeft(image!.id)).toBeUndefined();
      await shelf.withdraw(ids);
      await shelf.keep(ids, message);
    });
    expect(await hoursLeft(image!.id)).toBe(limits.originalDays * 24);
  });

  test('that is refused gives back those that the standing one does not have', async () => {
    const conversation = await minji.asksAbout(await junho.lists());
    const elsewhere = Object.assign(Object.create(minji) as Person, {
      gateway: cluster.gateways[1]!,
    });
    const path = `/v1/conversations/${conversation.id}/messages`;
    // Which of two at once is refused is open, and sometimes the second comes when the first stands.
    for (let round = 0; round < 4; round += 1) {
      const [shared, one, other] = (await several(3)).map(({ id }) => id);
      const clientMessageId = randomUUID();
      const choices = [
        [shared!, one!],
        [shared!, other!],
      ];
      const answers = await Promise.all(
        choices.map((imageIds, at) =>
          [minji, elsewhere][at]!.call<view.Problem>('POST', path, {
            kind: 'image',
            imageIds,
            clientMessageId,
          }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      const lost = answers.findIndex(({ status }) => status === 409);
      expect(answers[lost]!.body.code).toBe('IDEMPOTENCY_CONFLICT');
      const left = choices[lost]![1]!;
      expect(await hoursLeft(left)).toBe(limits.imageUnusedHours);
      for (const id of choices[1 - lost]!) expect(await hoursLeft(id)).toBeUndefined();
      const reused = await minji.call('POST', path, {
        kind: 'image',
        imageIds: [left],
        clientMessageId: randomUUID(),
      });
      expect(reused.status).toBe(201);
      expect(await hoursLeft(left)).toBeUndefined();
    }
  });

  test('gets its images in the order it names them, however often it asks', async () => {
    const ids = (await several(3)).map(({ id }) => id).reverse();
    const message = use();
    await withShelf(async (shelf) => {
      const asks = Array.from({ length: 4 }, () => shelf.attach(ids, message));
      const expected = ids.map((id) => ({ id, width: 40, height: 30 }));
      for (const given of await Promise.all(asks)) expect(given).toMatchObject(expected);
      expect(await shelf.attach(ids, message)).toMatchObject(expected);
    });
  });

  test('shares it with no other, and a refusal leaves the rest to a correct retry', async () => {
    const [mine, free] = (await several(2)).map(({ id }) => id);
    const [foreign] = await several(1, junho);
    const message = use();
    await withShelf(async (shelf) => {
      await shelf.attach([mine!], message);
      for (const wrong of [mine!, foreign!.id, randomUUID()])
        await isRefused(shelf.attach([free!, wrong], use()));
      await isRefused(shelf.attach([mine!], use({ conversationId: message.conversationId })));
      expect(await hoursLeft(free!)).toBe(limits.imageUnusedHours);
      expect(await shelf.attach([free!], use())).toHaveLength(1);
    });
  });

  test('of many that want it at once, one gets it', async () => {
    const ids = (await several(2)).map(({ id }) => id);
    await withShelf(async (shelf) => {
      const asks = Array.from({ length: 8 }, (_, at) =>
        shelf.attach(at % 2 ? ids : [...ids].reverse(), use()),
      );
      const answers = await Promise.allSettled(asks);
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  test('taken back takes it away on every node, and keeps the bytes for moderators', async () => {
    const [image] = await several(1);
    const message = use();
    await withShelf(async (shelf) => {
      await shelf.attach([image!.id], message);
      await shelf.withdraw([image!.id]);
      const { expiresAt } = (await stored(image!.id))!;
      await shelf.withdraw([image!.id]);
      expect((await stored(image!.id))?.expiresAt).toEqual(expiresAt);
      await isRefused(shelf.attach([image!.id], message));
    });
    for (const gateway of [0, 1])
      for (const path of Object.values(image!.urls))
        expect((await reads(path, gateway)).status).toBe(404);
    expect(await hoursLeft(image!.id)).toBe(limits.originalDays * 24);
  });

  test('that never comes: the database deletes what is past its time', async () => {
    const indexes = await cluster.inspect((mongo) => mongo.collection('images').indexes());
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
