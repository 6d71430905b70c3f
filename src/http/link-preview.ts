import escapeHtml from 'escape-html';
import type { view } from '../contract/index.js';
import { koreanPrice } from '../domain/korean-price.js';

/** What a shared listing looks like in a chat: its title, price and picture, as Open Graph has them (ogp.me). */
export function linkPreview(listing: view.Listing, origin: string): string {
  const { id, title, price, description, images = [] } = listing;
  const won = koreanPrice(price);
  const [cover] = images;
  const tags: [string, string | undefined][] = [
    ['og:type', 'website'],
    ['og:site_name', 'Haggle'],
    ['og:title', `${title} · ${won}`],
    ['og:description', description.slice(0, 200) || won],
    ['og:url', `${origin}/listings/${id}`],
    ['og:image', cover && new URL(cover.urls.full, origin).href],
    ['og:image:width', cover && String(cover.width)],
    ['og:image:height', cover && String(cover.height)],
  ];
  return tags
    .filter(([, content]) => content !== undefined)
    .map(([name, content]) => `<meta property="${name}" content="${escapeHtml(content)}" />`)
    .join('\n    ');
}
