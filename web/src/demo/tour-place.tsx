import { useEffect, useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { demo, isDemoAddress } from './demo.js';
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
  const [isOver, setIsOver] = useState(() => localStorage.getItem(storageKey) !== null);
  const isOffered = demo === 'embedded' && !isOver && isDemoAddress(email);
  useEffect(() => {
    if (!isOffered) return;
    const load = async () => {
      const { items } = await market.demoAccounts();
      const role = items.find((account) => account.email === email)?.role;
      if (role) setLoaded({ Tour: (await import('./tour.js')).Tour, role });
    };
    // Who wants to try the demo without a network has other troubles.
    void load().catch(() => setIsOver(true));
  }, [isOffered]);
  if (!isOffered) return null;
  // It has its place before it is there.
  if (!loaded) return <div class="tour" />;
  const end = () => {
    localStorage.setItem(storageKey, 'seen');
    setIsOver(true);
  };
  return <loaded.Tour role={loaded.role} onEnd={end} />;
}
