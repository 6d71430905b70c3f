import { IntlMessageFormat } from 'intl-messageformat';
import { momentIn } from './moment.js';
import { withParticle, type Particles } from './particles.js';
import { masked } from './masked.js';
import type { TemplateParams, Words } from './template.js';
import { en } from './words.en.js';
import { ko } from './words.ko.js';

type Catalogue = Record<string, Partial<Words>>;

/** The most characters of a person's text in a preview, so that it fits on a locked screen. */
const previewLength = 80;

export interface Rendering {
  /** One of `TemplateKey`; any other gives neutral words. */
  template: string;
  params: TemplateParams;
  /** `ko` or `en`; anything else is `ko`. */
  locale: string;
  /** false: neutral words, which name neither the sender nor anything that was written. */
  preview: boolean;
  /** IANA name, for times; left out: Korea's. */
  timeZone?: string;
}

export interface Rendered {
  title: string;
  /** At most 80 characters. */
  body: string;
}

/** See {@link renderNotification}. */
export function createRenderer(catalogue: Catalogue): (rendering: Rendering) => Rendered {
  const compiled = new Map<string, IntlMessageFormat[]>();
  const formatsOf = (template: string, locale: string) => {
    for (const language of [locale, fallback]) {
      const found = compiled.get(`${language}/${template}`);
      if (found) return found;
      const words = ownOf(ownOf(catalogue, language) ?? {}, template);
      if (!words) continue;
      const formats = words.map((text) => new IntlMessageFormat(text, language));
      compiled.set(`${language}/${template}`, formats);
      return formats;
    }
    return undefined;
  };
  return ({ template, params, locale, preview, timeZone }) => {
    const wanted = preview || template === 'digest' ? template : 'neutral';
    const formats = formatsOf(wanted, locale) ?? formatsOf('neutral', locale) ?? [];
    const values = valuesOf(params, locale, timeZone);
    const [title = 'Haggle', body = ''] = formats.map((one) => cut(String(one.format(values))));
    return { title, body };
  };
}

const graphemes = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** In UTF-16 units, as the contract counts them. A character is kept whole or left out, and `…` says that more follows. */
function cut(text: string): string {
  if (text.length <= previewLength) return text;
  // Only the character at the cut is segmented: walking over all of them costs more than the other words of a push.
  const at = graphemes.segment(text.slice(0, previewLength * 2)).containing(previewLength - 1);
  return `${text.slice(0, at?.index).trimEnd()}…`;
}

const fallback = 'ko';
const somebody: Record<string, string> = { ko: '알 수 없는 사용자', en: 'Somebody' };

/** Keys come from stored entries, so properties that every object inherits must not count. */
const ownOf = <V>(record: Record<string, V>, key: string): V | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function valuesOf(params: TemplateParams, locale: string, timeZone = 'Asia/Seoul') {
  const said = Object.entries(params).map(
    ([key, value]) =>
      [key, typeof value === 'string' && key !== 'at' ? masked(value) : value] as const,
  );
  const { at } = params;
  return {
    name: somebody[locale] ?? somebody[fallback]!,
    text: '',
    count: 1,
    amount: 0,
    when: at === undefined ? '' : momentIn(locale, timeZone, new Date(at)),
    ...Object.fromEntries(said),
    ...particleTags,
  };
}

const tag = (particles: Particles) => (parts: string[]) => withParticle(parts.join(''), particles);

const particleTags = {
  iga: tag('이/가'),
  wagwa: tag('와/과'),
  euro: tag('으로/로'),
};

/**
 * Pure: the words of a notification. Missing words fall back to Korean, and those missing there to the neutral words.
 * Phone and account numbers and coordinates in what people wrote are masked.
 */
export const renderNotification = createRenderer({ ko, en });
