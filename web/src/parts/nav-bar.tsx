import { Link, useLocation } from 'wouter';
import { NewsBell } from '../alerts/news-bell.js';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { Brand } from './brand.js';
import { Icon } from './icon.js';
import { LanguageSwitch } from './language-switch.js';
import { NodeBadge } from './node-badge.js';

const places = [
  { path: '/', name: 'home' },
  { path: '/sell', name: 'sell' },
  { path: '/chats', name: 'chats' },
  { path: '/me', name: 'me' },
] as const;

/** At the bottom on a phone, at the top from 900 px on. */
export function NavBar({ isGuest }: { isGuest: boolean }) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const [path] = useLocation();
  const unread = useReadable(client.unread);
  return (
    <header class="nav" data-room={/^\/(chats|listings)\/./.test(path) ? '' : undefined}>
      <Link href="/" class="nav-brand">
        <Brand />
      </Link>
      <nav class="nav-links" aria-label={t('nav.label')}>
        {places.map((place) => (
          <Link
            key={place.path}
            href={place.path}
            class="nav-link"
            aria-current={isAt(path, place.path) ? 'page' : undefined}
          >
            <Icon name={place.name} />
            <span>{t(isGuest && place.name === 'me' ? 'auth.signIn' : `nav.${place.name}`)}</span>
            {place.name === 'chats' && unread > 0 && (
              <span class="badge" aria-label={t('chats.unread', unread)}>
                {unread > 99 ? '99+' : unread}
              </span>
            )}
          </Link>
        ))}
      </nav>
      <div class="nav-end">
        {!isGuest && <NewsBell />}
        {!isGuest && <NodeBadge />}
        <LanguageSwitch />
      </div>
    </header>
  );
}

function isAt(path: string, place: string): boolean {
  if (place === '/') return path === '/' || path.startsWith('/listings') || path === '/search';
  return path === place || path.startsWith(`${place}/`);
}
