import { IntlMessageFormat } from 'intl-messageformat';
import { momentIn } from './moment.js';
import { withParticle, type Particles } from './particles.js';
import { masked } from './masked.js';
import { cut } from './preview.js';
import type { TemplateParams, Words } from './template.js';
import { en } from './words.en.js';
import { ko } from './words.ko.js';

type Catalogue = Record<string, Partial<Words>>;

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

/**
 * Pure: the words of a notification. Missing words fall back to Korean, and those missing there to the neutral words.
 * Phone and account numbers and coordinates in what people wrote are masked.
 */
export const renderNotification = (rendering: Rendering): Rendered => render(rendering);

export function createRenderer(catalogue: Catalogue): (rendering: Rendering) => Rendered {
  const compiled = new Map<string, { title: IntlMessageFormat; body: IntlMessageFormat }>();
  const messageOf = (template: string, locale: string) => {
    for (const language of [locale, fallback]) {
      const found = compiled.get(`${language}/${template}`);
      if (found) return found;
      const words = ownOf(ownOf(catalogue, language) ?? {}, template);
      if (!words) continue;
      const message = {
        title: new IntlMessageFormat(words.title, language),
        body: new IntlMessageFormat(words.body, language),
      };
      compiled.set(`${language}/${template}`, message);
      return message;
    }
    return undefined;
  };
  return ({ template, params, locale, preview, timeZone }) => {
    const wanted = preview || template === 'digest' ? template : 'neutral';
    const message = messageOf(wanted, locale) ?? messageOf('neutral', locale);
    if (!message) return { title: 'Haggle', body: '' };
    const values = valuesOf(params, locale, timeZone);
    const text = (format: IntlMessageFormat) => cut(String(format.format<string>(values)));
    return { title: text(message.title), body: text(message.body) };
  };
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

const render = createRenderer({ ko, en });
