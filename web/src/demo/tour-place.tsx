import { useEffect, useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { demo } from './demo.js';
import type { Tour } from './tour.js';

/** Set on this device once the tour was read or closed. */
const storageKey = 'haggle.tour';

interface Loaded {
  Tour: typeof Tour;
  role: 'buyer' | 'seller';
}

/** Where the tour stands, in the embedded demo, for its own people, until somebody has seen it. */
export function TourPlace() {
  const { client, market } = useHaggle();
  const email = useReadable(client.session)?.user.email;
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    if (demo !== 'embedded' || localStorage.getItem(storageKey)) return;
    const load = async () => {
      const { items } = await market.demoAccounts();
      const role = items.find((account) => account.email === email)?.role;
      if (role) setLoaded({ Tour: (await import('./tour.js')).Tour, role });
    };
    // Who wants to try the demo without a network has other troubles.
    void load().catch(() => undefined);
  }, [email]);
  if (!loaded) return null;
  const end = () => {
    localStorage.setItem(storageKey, 'seen');
    setLoaded(undefined);
  };
  return <loaded.Tour role={loaded.role} onEnd={end} />;
}
