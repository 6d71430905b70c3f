import { Link } from 'wouter';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { useUnreadNews } from './use-unread-news.js';

/** The way to the notifications, with a dot while some are unread. */
export function NewsBell() {
  const { t } = useLanguage();
  const unread = useUnreadNews();
  const label = unread > 0 ? `${t('news.title')}, ${t('news.unread', unread)}` : t('news.title');
  return (
    <Link href="/me/notifications" class="button-icon news-bell" aria-label={label}>
      <Icon name="bell" />
      {unread > 0 && <span class="news-dot" aria-hidden="true" />}
    </Link>
  );
}
