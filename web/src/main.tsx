import { render } from 'preact';
import { Router } from 'wouter';
import { createAccountApi } from '../../client/account.js';
import { createAlertsApi } from '../../client/alerts.js';
import { HaggleError, createHaggleClient, type OfferSide } from '../../client/index.js';
import { createMarketApi } from '../../client/market.js';
import { createPhotos, fetchWithProgress } from '../../client/photos.js';
import { createPushApi } from '../../client/push.js';
import { SignInProvider } from './account/sign-in.js';
import { speaks } from './demo/demo.js';
import { App } from './app/app.js';
import { keepFocus } from './app/focus-home.js';
import { HaggleProvider, type Haggle } from './app/haggle-context.js';
import { ToastProvider } from './app/toast.js';
import { newId } from './app/new-id.js';
import { useAppLocation } from './app/use-app-location.js';
import { createTokenStorage } from './app/token-storage.js';
import { LanguageProvider, firstLanguage, speak } from './i18n/language.js';
import { forgetForms } from './listing/kept-form.js';
import { forgetSharedPhotos } from './photos/shared-photos.js';
import { createWebPush, serviceWorkerPath } from './push/web-push.js';
import { forgetSearches } from './search/recent-searches.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/feed.css';
import './styles/search.css';
import './styles/listing.css';
import './styles/forms.css';
import './styles/photos.css';
import './styles/place-map.css';
import './styles/chats.css';
import './styles/room.css';
import './styles/messages.css';
import './styles/offer.css';
import './styles/deal.css';
import './styles/person.css';
import './styles/welcome.css';
import './styles/account.css';
import './styles/alerts.css';
import './styles/demo.css';

const tokens = createTokenStorage();
const client = createHaggleClient({
  url: location.origin,
  tokens,
  newId,
  fetch: fetchWithProgress,
  photos: createPhotos,
});

const market = createMarketApi(client);

const push = createWebPush(createPushApi(client));
const haggle: Haggle = {
  client,
  market,
  account: createAccountApi(client),
  alerts: createAlertsApi(client),
  uploads: createPhotos(client),
  push,
  memory: new Map(),
  signOut: async () => {
    // The server may have ended the session already: whoever was here last is meant.
    const id = client.session.snapshot()?.user.id ?? last.id;
    if (id !== '') {
      forgetForms(id);
      forgetSearches(id);
      void forgetSharedPhotos();
    }
    // Whoever signs in here next gets no notification of this person.
    await push.turnOff().catch(() => undefined);
    await client.logOut();
    last = { id: '', memory: new Map<string, unknown>() };
  },
  openDemo: async (role, language) => {
    const { items } = await market.demoAccounts();
    const account = items.find((item) => item.role === role && speaks(item, language));
    if (!account) throw new Error(`no demo account for ${role}`);
    tokens.useTab();
    // The same link again in the same tab: the session is still there, and logins are counted.
    const saved = await tokens.load();
    if (saved?.user?.email === account.email) await client.restore();
    else await client.logIn({ email: account.email, password: account.password });
  },
};

/**
 * What is remembered belongs to a person: whoever comes back finds it, guests and others get a map of their own. A late
 * answer still goes into the map of whom it is for.
 */
let last = { id: '', memory: haggle.memory };
client.session.subscribe(() => {
  const id = client.session.snapshot()?.user.id;
  if (id !== undefined && id !== last.id) last = { id, memory: new Map<string, unknown>() };
  haggle.memory = id === undefined ? new Map<string, unknown>() : last.memory;
});

/** `/?demo=buyer` and `/?demo=seller` sign in at once. */
async function start(): Promise<void> {
  const role = new URLSearchParams(location.search).get('demo');
  if (isSide(role)) {
    try {
      await haggle.openDemo(role, firstLanguage());
      history.replaceState(null, '', '/');
      return;
    } catch (error) {
      const noDemo = error instanceof HaggleError && error.code === 'NOT_FOUND';
      // The welcome screen says why, and what else there is. Nobody else is signed in instead.
      if (!noDemo) {
        haggle.startError = error;
        return;
      }
    }
  }
  await client.restore();
}

/** What whoever is signed in saw last, in case the server cannot be reached. A guest's first visit needs none of it. */
function keepLists(): void {
  let isKept = false;
  const look = () => {
    if (isKept || !client.session.snapshot()) return;
    isKept = true;
    void import('./app/kept-lists.js').then(({ keepRooms }) => keepRooms(client));
  };
  client.session.subscribe(look);
  look();
}

function isSide(value: string | null): value is OfferSide {
  return value === 'buyer' || value === 'seller';
}

async function show(): Promise<void> {
  keepLists();
  // Beside each other: neither waits for what the other asks.
  const [first] = await Promise.all([speak(firstLanguage()), start().catch(() => undefined)]);
  const app = document.getElementById('app') as HTMLElement;
  // Else the frame of index.html would be taken for what was drawn before.
  app.replaceChildren();
  keepFocus(app);
  render(
    <Router hook={useAppLocation}>
      <LanguageProvider first={first}>
        <HaggleProvider value={haggle}>
          <ToastProvider>
            <SignInProvider>
              <App />
            </SignInProvider>
          </ToastProvider>
        </HaggleProvider>
      </LanguageProvider>
    </Router>,
    app,
  );
}

void show().then(() => {
  // After everything that the first screen needs. Where it fails, the app works all the same, but only online.
  if (import.meta.env.PROD && 'serviceWorker' in navigator)
    navigator.serviceWorker.register(serviceWorkerPath).catch(() => undefined);
});
