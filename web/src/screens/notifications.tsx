import { useEffect, useState } from 'preact/hooks';
import { Link } from 'wouter';
import type { Notification } from '../../../client/alerts.js';
import { useHaggle } from '../app/haggle-context.js';
import { useKeptScroll } from '../app/use-kept-scroll.js';
import { usePages } from '../app/use-pages.js';
import { useReadable } from '../app/use-readable.js';
import { useNewsLine } from '../alerts/use-news-line.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Empty } from '../parts/empty.js';
import { Icon, type IconName } from '../parts/icon.js';
import { Listed } from '../parts/listed.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { otherSide } from '../room/other-side.js';

/** What there was to tell, the newest first. Who sees it has read it; what was unread stays marked while one looks. */
export function NotificationsScreen() {
  const { alerts } = useHaggle();
  const { t } = useLanguage();
  const scroller = useKeptScroll('news-scroll');
  const found = usePages('notifications', (page) => alerts.listNotifications(page));
  const newest = found.items?.find(({ read }) => !read)?.id;
  const [seen, setSeen] = useState<string>();
  useEffect(() => {
    if (newest === undefined || newest === seen) return;
    setSeen(newest);
    // Told again at the next visit where it fails.
    alerts.readNotifications(newest).catch(() => undefined);
  }, [newest]);
  return (
    <div class="with-bar">
      <ScreenBar title={t('news.title')} back="/me">
        <Link href="/me/notification-settings" class="button-icon" aria-label={t('news.settings')}>
          <Icon name="filter" />
        </Link>
      </ScreenBar>
      <div class="scroll" ref={scroller}>
        <div class="page">
          <Listed
            found={found}
            none={<Empty text={t('news.empty')} href="/me/alerts" action={t('alerts.title')} />}
          >
            {(news) => (
              <ul class="news">
                {news.map((one) => (
                  <News key={one.id} notification={one} />
                ))}
              </ul>
            )}
          </Listed>
        </div>
      </div>
    </div>
  );
}

const icons: Record<string, IconName> = {
  chat: 'chats',
  offer: 'tag',
  deal: 'shake',
  reminder: 'clock',
  alert: 'bell',
};

function News({ notification }: { notification: Notification }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { client } = useHaggle();
  const { listingId, conversationId, category, read, createdAt } = notification;
  const about = useReadable(client.conversations).find(({ id }) => id === conversationId);
  const me = useReadable(client.session)?.user.id ?? '';
  const where = about && `${nameOf(otherSide(about, me), t)} · ${about.listing.title}`;
  const { title, body = where } = useNewsLine()(notification);
  return (
    <li>
      <Link
        href={listingId === undefined ? `/chats/${conversationId}` : `/listings/${listingId}`}
        class={`news-line ${read ? '' : 'is-fresh'}`}
      >
        <Icon name={icons[category] ?? 'bell'} />
        <span class="news-words">
          <strong>
            {!read && <span class="visually-hidden">{t('news.fresh')}: </span>}
            {title}
          </strong>
          {body && <span>{body}</span>}
          <time dateTime={createdAt}>{format.ago(createdAt)}</time>
        </span>
      </Link>
    </li>
  );
}
