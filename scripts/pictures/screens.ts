import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bottomOf, drawArrow, drawBox, drawing, picture, type Box, type Kind } from './drawing.js';

export interface Screen {
  path: string;
  name: string;
}

/** Who goes where; a screen stands in the first column that it fits. */
const columns: readonly { title: string; kind: Kind; fits: RegExp }[] = [
  { title: 'Open to guests', kind: 'process', fits: /^\/($|search|listings\/:id$|people)/ },
  { title: 'Chats', kind: 'store', fits: /^\/chats/ },
  { title: 'Selling', kind: 'device', fits: /^\/(sell|listings)/ },
  { title: 'Me', kind: 'plain', fits: /^\/me/ },
  { title: 'Moderators, operators', kind: 'plain', fits: /^/ },
];
/** The main ways between screens; the bar of the app leads to those marked with a dot from everywhere. */
const ways: readonly [from: string, to: string][] = [
  ['/', '/search'],
  ['/search', '/listings/:id'],
  ['/listings/:id', '/people/:id'],
  ['/listings/:id', '/chats/:id'],
  ['/chats', '/chats/:id'],
];
const row = 70;
const width = 196;

/** The map of the web client: every route of app.tsx. */
export function screensPicture(root: string): string {
  const read = (file: string) => readFileSync(join(root, 'web/src', file), 'utf8');
  const screens = screensOf(read('app/app.tsx'));
  const bar = read('parts/nav-bar.tsx');
  const columnOf = (path: string) => columns.findIndex(({ fits }) => fits.test(path));
  const boxes = columns.flatMap(({ kind }, column) =>
    screens
      .filter(({ path }) => columnOf(path) === column)
      .map(({ name, path }, index): Box & { path: string } => ({
        x: 24 + column * (width + 30),
        y: 50 + index * row,
        width,
        title: bar.includes(`path: '${path}'`) ? `• ${name}` : name,
        lines: [path],
        kind,
        path,
      })),
  );
  const at = (path: string) => {
    const box = boxes.find((one) => one.path === path);
    if (!box) throw new Error(`there is no screen at ${path}`);
    return box;
  };
  const bottom = Math.max(...boxes.map(bottomOf));
  return picture(
    24 + columns.length * (width + 30),
    bottom + 44,
    `The screens of the web client: ${screens.map(({ name, path }) => `${name} (${path})`).join(', ')}`,
    [
      ...columns.map(
        ({ title }, column) =>
          drawing`<text class="title" x="${24 + column * (width + 30)}" y="36">${title}</text>\n`,
      ),
      ...boxes.map(drawBox),
      ...ways.map(([from, to]) => wayBetween(at(from), at(to))),
      drawing`<text class="quiet" x="24" y="${bottom + 28}">• in the bar of the app, from everywhere</text>\n`,
    ],
  );
}

/** Down within a column, else to the right. */
function wayBetween(from: Box, to: Box) {
  if (from.x === to.x) return drawArrow([from.x + 98, bottomOf(from)], [to.x + 98, to.y - 1]);
  return drawArrow([from.x + width, from.y + 29], [to.x - 1, to.y + 40]);
}

/** What a `Switch` of the app shows at which address; a redirect is no screen. */
export function screensOf(app: string): Screen[] {
  const routes = [...app.matchAll(/<Route path="([^"]+)">\s*(?:\{\([^)]*\) => \(?\s*)?<(\w+)/g)];
  return routes
    .filter(([, , component]) => component !== 'Redirect')
    .map(([, path, component]) => ({ path: path!, name: inWords(component!, path!) }))
    .sort((a, b) => a.path.split('/').length - b.path.split('/').length);
}

/** `ListingOffersScreen` is "Listing offers"; one of the chats is a chat. */
function inWords(component: string, path: string): string {
  const words = component.replace(/(Screen|Area)$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  const name = words.charAt(0) + words.slice(1).toLowerCase();
  return path.endsWith('/:id') ? name.replace(/s$/, '') : name;
}
