import { Marked } from 'marked';
import { Markup, anchor, html } from './markup.js';

/** HTML in the documents is shown as text, so that nothing becomes markup by itself. */
const marked = new Marked({
  renderer: {
    html: ({ text }) => html`${text}`.text,
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${anchor(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    code: ({ text }) => html`<pre tabindex="0"><code>${text}</code></pre> `.text,
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return /^(https?:\/\/|\/|#)/.test(href)
        ? html`<a href="${href}">${new Markup(text)}</a>`.text
        : text;
    },
    image: ({ text }) => html`${text}`.text,
  },
  hooks: {
    // A table may be wider than a phone.
    postprocess: (page) =>
      page.replace(/<table>[^]*?<\/table>/g, '<div class="wide" tabindex="0">$&</div>'),
  },
});

/** A document as HTML. Links lead to this server or the web. */
export const markdown = (source: string): Markup =>
  new Markup(marked.parse(source, { async: false }));

/** The same for one line of text. */
export const inline = (text: string): Markup =>
  new Markup(marked.parseInline(text, { async: false }));
