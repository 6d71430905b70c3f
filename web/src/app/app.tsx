import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { ResetSheet } from '../account/forgotten-password.js';
import { useSignIn } from '../account/sign-in.js';
import { TourPlace } from '../demo/tour-place.js';
import { useLanguage } from '../i18n/language.js';
import { Announcer } from '../parts/announcer.js';
import { ConnectionBanner } from '../parts/connection-banner.js';
import { NavBar } from '../parts/nav-bar.js';
import { UpdateBar } from '../parts/update-bar.js';
import { FeedScreen } from '../screens/feed.js';
import { ListingScreen } from '../screens/listing.js';
import { SearchScreen } from '../screens/search.js';
import { WelcomeScreen } from '../screens/welcome.js';
import { useHaggle } from './haggle-context.js';
import {
  AccountScreen,
  AlertsScreen,
  BlocksScreen,
  ChatsScreen,
  EditScreen,
  FavouritesScreen,
  ListingOffersScreen,
  MeScreen,
  ModerationArea,
  MyDealsScreen,
  MyOffersScreen,
  NotificationSettingsScreen,
  NotificationsScreen,
  OperatorArea,
  PersonScreen,
  SellScreen,
} from './later-screens.js';
import { useUnreadInTitle } from './page-title.js';
import { useReadable } from './use-readable.js';
import { useVerifyLink } from './use-verify-link.js';

/** The whole app: the screens of whoever is signed in, or what a guest may see of them. */
export function App() {
  const { client } = useHaggle();
  const session = useReadable(client.session);
  const { phase } = useReadable(client.state);
  const { times } = useSignIn();
  const [looksAround, setLooksAround] = useState(false);
  // Whose session was ended is told why, wherever they are.
  const isToldWhy = phase === 'signedOut' && !looksAround;
  useUnreadInTitle(useReadable(client.unread));
  useNotificationTaps();
  useVerifyLink();
  return (
    <>
      {session || !isToldWhy ? (
        <Shell key={`${session?.user.id} ${times}`} isGuest={!session}>
          {session ? <Screens /> : <GuestScreens onLookAround={() => setLooksAround(true)} />}
        </Shell>
      ) : (
        <main>
          <WelcomeScreen onLookAround={() => setLooksAround(true)} />
        </main>
      )}
      <ResetSheet />
    </>
  );
}

function Shell({ isGuest, children }: { isGuest: boolean; children: ComponentChildren }) {
  const { t } = useLanguage();
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {t('app.skip')}
      </a>
      <NavBar isGuest={isGuest} />
      <UpdateBar />
      {!isGuest && <ConnectionBanner />}
      {!isGuest && <TourPlace />}
      <main id="main" class="main" tabIndex={-1}>
        {children}
      </main>
      <Announcer />
    </div>
  );
}

/** What needs no account. Given as routes, since a Switch looks at nothing deeper. */
const openScreens = () => (
  <>
    <Route path="/">
      <FeedScreen />
    </Route>
    <Route path="/search">
      <SearchScreen />
    </Route>
    <Route path="/listings/:id">{({ id }) => <ListingScreen key={id} id={id} />}</Route>
    <Route path="/people/:id">{({ id }) => <PersonScreen key={id} id={id} />}</Route>
  </>
);

/** Everything else asks who one is, and goes on there. */
function GuestScreens({ onLookAround }: { onLookAround: () => void }) {
  return (
    <Switch>
      {openScreens()}
      <Route>
        <div class="scroll">
          <WelcomeScreen onLookAround={onLookAround} />
        </div>
      </Route>
    </Switch>
  );
}

function Screens() {
  return (
    <Switch>
      {openScreens()}
      <Route path="/listings/:id/edit">{({ id }) => <EditScreen key={id} id={id} />}</Route>
      <Route path="/listings/:id/offers">
        {({ id }) => <ListingOffersScreen key={id} id={id} />}
      </Route>
      <Route path="/sell">
        <SellScreen />
      </Route>
      <Route path="/chats">
        <ChatsScreen />
      </Route>
      <Route path="/chats/:id">{({ id }) => <ChatsScreen roomId={id} />}</Route>
      <Route path="/me/notifications">
        <NotificationsScreen />
      </Route>
      <Route path="/me/notification-settings">
        <NotificationSettingsScreen />
      </Route>
      <Route path="/me/alerts">
        <AlertsScreen />
      </Route>
      <Route path="/me/favourites">
        <FavouritesScreen />
      </Route>
      <Route path="/me/deals/:list?">{({ list }) => <MyDealsScreen list={list} />}</Route>
      <Route path="/me/offers">
        <MyOffersScreen />
      </Route>
      <Route path="/me/blocks">
        <BlocksScreen />
      </Route>
      <Route path="/me/account">
        <AccountScreen />
      </Route>
      <Route path="/moderation/contests/:id?">
        {({ id }) => <ModerationArea list="contests" id={id} />}
      </Route>
      <Route path="/moderation/reports/:id?">
        {({ id }) => <ModerationArea list="reports" id={id} />}
      </Route>
      <Route path="/moderation">
        <Redirect to="/moderation/reports" replace />
      </Route>
      <Route path="/operator/:list?">{({ list }) => <OperatorArea list={list} />}</Route>
      <Route path="/me">
        <MeScreen />
      </Route>
      <Route>
        <Redirect to="/" replace />
      </Route>
    </Switch>
  );
}

/** The service worker asks what is shown, and whether it is looked at, and says where to go when a notification was tapped. */
function useNotificationTaps() {
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const listen = ({ data, ports }: MessageEvent<{ type?: string; path?: string }>) => {
      if (data.type === 'where') ports[0]?.postMessage(location.pathname);
      if (data.type === 'looksAt')
        ports[0]?.postMessage(document.hasFocus() ? location.pathname : '');
      if (data.type === 'open' && data.path) navigate(data.path);
    };
    navigator.serviceWorker.addEventListener('message', listen);
    return () => navigator.serviceWorker.removeEventListener('message', listen);
  }, [navigate]);
}
