import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { clientEvents, errorCodes, serverEvents } from '../../src/contract/index.js';
import { docsRoutes } from '../../src/docs-site/docs.routes.js';
import { markdown } from '../../src/docs-site/markdown.js';
import { html } from '../../src/docs-site/markup.js';

let server: Server;
let origin: string;

beforeAll(async () => {
  const app = express().use(docsRoutes({ publicUrl: 'https://haggle.example' }));
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(origin + path, { headers, redirect: 'manual' });

describe('documents and pages', () => {
  test.each([
    ['/openapi.json', 'application/json'],
    ['/asyncapi.json', 'application/json'],
    ['/webhooks.json', 'application/json'],
    ['/docs', 'text/html'],
    ['/docs/events', 'text/html'],
    ['/docs/states', 'text/html'],
    ['/docs/errors', 'text/html'],
  ])('%s is served, and once only while it stays the same', async (path, type) => {
    const first = await get(path);
    expect([first.status, first.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining(type),
    ]);
    const again = await get(path, {
      'If-None-Match': first.headers.get('etag') ?? '',
      // Without it fetch asks for a full answer whenever a condition is set by hand.
      'Cache-Control': 'max-age=0',
    });
    expect(again.status).toBe(304);
  });

  test.each(['/docs', '/docs/events', '/docs/states', '/docs/errors'])(
    '%s uses files of this server only',
    async (path) => {
      const text = await (await get(path)).text();
      expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on[a-z]+="/);
      const uses = [...text.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)];
      expect(uses.length).toBeGreaterThan(1);
      for (const [, file = ''] of uses)
        expect([file, (await get(file)).status]).toEqual([file, 200]);
      for (const other of [
        '/docs',
        '/docs/events',
        '/docs/states',
        '/docs/errors',
        '/openapi.json',
        '/asyncapi.json',
        '/webhooks.json',
      ])
        expect(text).toContain(`<a href="${other}"`);
    },
  );

  test('every event can be read', async () => {
    const text = await (await get('/docs/events')).text();
    for (const name of [...Object.keys(clientEvents), ...Object.keys(serverEvents)])
      expect(text).toContain(`<article id="${name.replace(':', '-')}">`);
  });

  test('every code can be pointed at', async () => {
    const text = await (await get('/docs/errors')).text();
    for (const code of Object.keys(errorCodes)) expect(text).toContain(`<tr id="${code}">`);
  });

  test('every link inside the page leads somewhere', async () => {
    const text = await (await get('/docs/events')).text();
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  test.each(['/docs', '/docs/events', '/docs/states', '/docs/errors'])(
    'every link of %s has its words inside',
    async (path) => {
      const text = await (await get(path)).text();
      const words = [...text.matchAll(/<a [^>]*>([^]*?)<\/a\s*>/g)].map(
        ([, inside = '']) => inside,
      );
      expect(words.length).toBeGreaterThan(5);
      expect(words.filter((inside) => inside.trim() === '')).toEqual([]);
      expect(words).toHaveLength(text.split(/<\/a\s*>/).length - 1);
    },
  );

  test('the rest of Swagger UI stays inside', async () => {
    for (const file of ['index.html', 'swagger-ui-bundle.js.map', '..%2fpackage.json'])
      expect((await get(`/docs/swagger-ui/${file}`)).status).toBe(404);
  });

  test('the socket document names the public address', async () => {
    const { servers } = (await (await get('/asyncapi.json')).json()) as {
      servers: { gateway: { host: string; protocol: string } };
    };
    expect(servers.gateway).toMatchObject({ host: 'haggle.example', protocol: 'wss' });
  });
});

describe('texts of a page', () => {
  const plain = (source: string): string =>
    markdown(source).text.replace(/\s+/g, ' ').replaceAll('> ', '>').replaceAll(' <', '<');

  test('nothing put into a page becomes markup by itself', () => {
    expect(html`<a title="${'"><b>'}">${'<b>&'}</a>`.text).toBe(
      '<a title="&#34;&#62;&#60;b&#62;">&#60;b&#62;&#38;</a>',
    );
    expect(markdown('<b> [a](javascript:x) `<i>`').text).not.toMatch(/<b>|<i>|href/);
    const hidden = markdown(
      '<b>\n\n[a](//x "<i>") ![<u>](x)\n\n## <s>\n\n```<u>\n```\n\n|<u>|\n|-|',
    ).text;
    expect(hidden).not.toMatch(/<b>|<i>|<u>|<s>|<img/);
  });

  test('a link has its words inside, whatever they are', () => {
    expect(markdown('see [the `REST` **door**](/docs).').text).toContain(
      'see <a href="/docs">the <code>REST</code> <strong>door</strong></a>.',
    );
  });

  test('lists go on over indented lines, and end at other blocks', () => {
    expect(plain('- one\n  more\n- two\n\ntext\nmore\n- three')).toBe(
      '<ul><li>one more</li><li>two</li></ul><p>text more</p><ul><li>three</li></ul>',
    );
  });

  test('fences keep blank lines, tables their cells', () => {
    expect(markdown('```js\na\n\n- b\n```').text).toContain(
      '<pre tabindex="0"><code>a\n\n- b</code></pre>',
    );
    expect(plain('| a | b |\n|---|---|\n| 1 | **2** |')).toContain(
      '<tr><td>1</td><td><strong>2</strong></td></tr>',
    );
  });
});
