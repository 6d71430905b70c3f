import { useState } from 'preact/hooks';

export interface Place {
  latitude: number;
  longitude: number;
  /** Found by the device; otherwise the default. */
  here: boolean;
}

/** Mangwon-dong, Seoul: where the demo's things are. */
export const mangwon: Place = { latitude: 37.556, longitude: 126.905, here: false };

const storageKey = 'haggle.place';

/** The point that feed and sell form start from; kept on the device. */
export function usePlace() {
  const [place, setPlace] = useState<Place>(savedPlace);
  const [locating, setLocating] = useState(false);
  const choose = (next: Place) => {
    localStorage.setItem(storageKey, JSON.stringify(next));
    setPlace(next);
  };
  const locate = async () => {
    setLocating(true);
    try {
      choose(await devicePlace());
    } finally {
      setLocating(false);
    }
  };
  return { place, locating, locate, reset: () => choose(mangwon) };
}

function savedPlace(): Place {
  try {
    const saved = JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Place | null;
    return saved && Number.isFinite(saved.latitude + saved.longitude) ? saved : mangwon;
  } catch {
    return mangwon;
  }
}

/** To about 100 m: nobody needs to know more, and the server blurs it anyway. */
const coarse = (degrees: number) => Math.round(degrees * 1_000) / 1_000;

function devicePlace(): Promise<Place> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          latitude: coarse(coords.latitude),
          longitude: coarse(coords.longitude),
          here: true,
        }),
      (error) => reject(new Error(error.message)),
      { timeout: 10_000, maximumAge: 300_000 },
    );
  });
}
