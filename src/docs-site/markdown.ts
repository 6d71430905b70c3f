import type { Markup } from './markup.js';
import { anchor, html } from './markup.js';

/**
 * The part of Markdown in which the documents are written: headings, paragraphs, lists (one level), tables, fences,
 * `code`, **bold** and links. Everything else is shown as it stands; nothing in the text becomes HTML by itself.
 */
export function markdown(source: string): Markup {
  const fences: string[] = [];
  // Fences first, because they may hold blank lines, which separate blocks everywhere else.
  const text = source.replace(/^```\w*\n([^]*?)\n```$/gm, (_, code: string) => {
    fences.push(code);
    return `\n\u0000${fences.length - 1}\n`;
  });
  return html`${blocksOf(text).map((block) => renderBlock(block, fences))}`;
}

const kinds = [/^## /, /^- /, /^\d+\. /, /^\|/, /^\0/];
const kindOf = (line: string): number => kinds.findIndex((kind) => kind.test(line));

/** Runs of lines of one kind; an indented line and one of plain text go on with what is above them. */
function blocksOf(text: string): string[][] {
  const blocks: string[][] = [];
  let open: string[] | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '') open = undefined;
    else if (open && continues(open, line)) open.push(line);
    else blocks.push((open = [line]));
  }
  return blocks;
}

function continues(block: string[], line: string): boolean {
  const kind = kindOf(block[0] ?? '');
  if (kind === 0 || kind === 4) return false;
  return kindOf(line) === kind || (kindOf(line) === -1 && (kind === -1 || line.startsWith('  ')));
}

function renderBlock(lines: string[], fences: string[]): Markup {
  const first = lines[0] ?? '';
  switch (kindOf(first)) {
    case 0: {
      const title = first.slice(3);
      return html`<h2 id="${anchor(title)}">${inline(title)}</h2>`;
    }
    case 1:
      return html`<ul>
        ${items(lines, /^- /)}
      </ul>`;
    case 2:
      return html`<ol>
        ${items(lines, /^\d+\. /)}
      </ol>`;
    case 3:
      return table(lines);
    case 4:
      return html`<pre><code>${fences[Number(first.slice(1))]}</code></pre>`;
    default:
      return html`<p>${inline(lines.join(' '))}</p>`;
  }
}

function items(lines: string[], marker: RegExp): Markup[] {
  const texts: string[] = [];
  for (const line of lines)
    if (marker.test(line)) texts.push(line.replace(marker, ''));
    else texts.push(`${texts.pop()} ${line.trim()}`);
  return texts.map((text) => html`<li>${inline(text)}</li>`);
}

function table([head = '', , ...rows]: string[]): Markup {
  const cells = (line: string): string[] =>
    line
      .slice(1, -1)
      .split('|')
      .map((one) => one.trim());
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${cells(head).map((cell) => html`<th>${inline(cell)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${cells(row).map((cell) => html`<td>${inline(cell)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** `code`, **bold** and [links](to) of one line. */
export function inline(text: string): Markup {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/);
  return html`${parts.map((part) => {
    if (part.startsWith('`') && part.length > 1) return html`<code>${part.slice(1, -1)}</code>`;
    if (part.startsWith('**') && part.length > 4)
      return html`<strong>${part.slice(2, -2)}</strong>`;
    const link = /^\[([^\]]+)\]\(((?:https?:\/\/|\/|#)[^)]+)\)$/.exec(part);
    return link ? html`<a href="${link[2]}">${link[1]}</a>` : part;
  })}`;
}
