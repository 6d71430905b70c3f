import { useState } from 'preact/hooks';

/** The point around which the feed is shown. */
export interface FeedPoint {
  latitude: number;
  longitude: number;
  /** true: located by the device; false: the default. */
  here: boolean;
}

/** Mangwon-dong, Seoul: where the listings of the demo are. */
const mangwon: FeedPoint = { latitude: 37.556, longitude: 126.905, here: false };

const storageKey = 'haggle.place';

/** The point that feed and sell form start from; kept on the device. */
export function usePlace() {
  const [place, setPlace] = useState<FeedPoint>(savedPlace);
  const [locating, setLocating] = useState(false);
  const choose = (next: FeedPoint) => {
    localStorage.setItem(storageKey, JSON.stringify(next));
    setPlace(next);
  };
  const locate = async () => {
    setLocating(true);
    try {
      const here = await devicePlace();
      choose(here);
      return here;
    } finally {
      setLocating(false);
    }
  };
  return { place, locating, locate, reset: () => choose(mangwon) };
}

function savedPlace(): FeedPoint {
  try {
    const saved = JSON.parse(localStorage.getItem(storageKey) ?? 'null') as FeedPoint | null;
    return saved && Number.isFinite(saved.latitude + saved.longitude) ? saved : mangwon;
  } catch {
    return mangwon;
  }
}

/** Rounded to about 100 m: nobody needs a more exact point, and the server blurs it anyway. */
const coarse = (degrees: number) => Math.round(degrees * 1_000) / 1_000;

async function devicePlace(): Promise<FeedPoint> {
  const { latitude, longitude } = await devicePosition({ maximumAge: 300_000 });
  return { latitude: coarse(latitude), longitude: coarse(longitude), here: true };
}

/** Where the device is, with its accuracy in metres. Rejects where it does not know, or may not say. */
export const devicePosition = (options: PositionOptions = {}): Promise<GeolocationCoordinates> =>
  new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(coords),
      (error) => reject(new Error(error.message)),
      { timeout: 10_000, ...options },
    );
  });
