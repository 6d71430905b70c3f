import type { Message } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';

/** What the system says, in the language of the reader; kinds of a newer server in the server's own words. */
export function useNoticeLine(): (message: Message, name: (userId: string) => string) => string {
  const { t, language } = useLanguage();
  const format = useFormat();
  return (message, name) => {
    const { notice, appointment } = message;
    const fallbackText = message.fallbackTexts?.[language] ?? message.fallbackText;
    if (appointment) {
      const when = format.meeting(appointment.at);
      return appointment.act === 'confirmed'
        ? t('appointment.line.confirmed', when)
        : t(`appointment.line.${appointment.act}`, `${when}, ${appointment.place.name}`);
    }
    if (!notice) return fallbackText;
    const who = notice.userId === undefined ? '' : name(notice.userId);
    const at = notice.at === undefined ? '' : format.meeting(notice.at);
    switch (notice.type) {
      case 'dealCancelled':
      case 'dealNoShow':
      case 'dealOpened':
        return t(`notice.${notice.type}`, who);
      case 'dealQuestion':
      case 'appointmentSoon':
        return t(`notice.${notice.type}`, at);
      case 'reviewsOpen':
        return t('notice.reviewsOpen', notice.at === undefined ? '' : format.date(notice.at));
      default: {
        const key = `notice.${notice.type}`;
        return t.has(key) ? t(key as 'notice.left') : fallbackText;
      }
    }
  };
}
