import type { Notification } from '../../../client/alerts.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';

interface Line {
  title: string;
  /** What it is about, where there is more to say. */
  body?: string;
}

/** What a notification says, in the language of the reader; of a newer server in its own words. */
export function useNewsLine(): (notification: Notification) => Line {
  const { t, language } = useLanguage();
  const format = useFormat();
  return ({ template, params, fallbackText, fallbackTexts }) => {
    const text = (name: string) => String(params[name] ?? '');
    const price = (name: string) => format.price(Number(params[name]));
    switch (template) {
      case 'listing.matched':
        return {
          title: t('news.listing.matched', text('keyword')),
          body: t('news.price', text('title'), price('price')),
        };
      case 'listing.followed':
        return {
          title: t('news.listing.followed', text('name')),
          body: t('news.price', text('title'), price('price')),
        };
      case 'listing.found':
        return {
          title: t(`news.${template}`),
          body: t('news.price', text('title'), price('price')),
        };
      case 'listing.priceCut':
        return {
          title: t(`news.${template}`),
          body: t('news.cut', text('title'), price('before'), price('price')),
        };
    }
    const key = `news.${template}`;
    if (!t.has(key)) return { title: fallbackTexts?.[language] ?? fallbackText };
    if (template.startsWith('offer.'))
      return { title: t(key as 'news.offer.made', price('amount')) };
    if (template.startsWith('appointment.'))
      return { title: t(key as 'news.appointment.changed', format.meeting(text('at'))) };
    return { title: t(key as 'news.notice.dealKept') };
  };
}
