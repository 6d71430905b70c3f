import type { Language } from '../i18n/language.js';

export interface Spot {
  latitude: number;
  longitude: number;
}

interface KnownPlace extends Spot {
  name: Record<Language, string>;
}

/**
 * Rough centres of neighbourhoods around the demo, by hand, to about 300 m: they give a map something to go by, and
 * nothing is decided by them.
 */
const knownPlaces: readonly KnownPlace[] = (
  [
    ['망원동', 'Mangwon', 37.556, 126.905],
    ['합정동', 'Hapjeong', 37.549, 126.914],
    ['상수동', 'Sangsu', 37.5477, 126.9229],
    ['서교동', 'Seogyo', 37.5549, 126.9187],
    ['연남동', 'Yeonnam', 37.562, 126.924],
    ['연희동', 'Yeonhui', 37.5697, 126.9323],
    ['신촌동', 'Sinchon', 37.5645, 126.9395],
    ['성산동', 'Seongsan', 37.565, 126.911],
    ['상암동', 'Sangam', 37.578, 126.895],
    ['남가좌동', 'Namgajwa', 37.5757, 126.9198],
    ['여의도동', 'Yeouido', 37.5219, 126.9245],
    ['당산동', 'Dangsan', 37.5339, 126.9019],
    ['양평동', 'Yangpyeong', 37.54, 126.8935],
  ] as const
).map(([ko, en, latitude, longitude]) => ({ name: { ko, en }, latitude, longitude }));

/** The middle of the Han, which is about a kilometre wide there. */
export const river: readonly Spot[] = (
  [
    [37.585, 126.84],
    [37.574, 126.862],
    [37.5625, 126.884],
    [37.5525, 126.8955],
    [37.5435, 126.9065],
    [37.5385, 126.922],
    [37.5335, 126.938],
    [37.522, 126.952],
    [37.512, 126.972],
  ] as const
).map(([latitude, longitude]) => ({ latitude, longitude }));
export const riverMetres = 900;

const metresPerDegree = 111_320;

/** How far to the east and to the south of another spot, in metres. On the few kilometres of a map the earth is flat. */
export function offset(spot: Spot, from: Spot): { east: number; south: number } {
  const shrink = Math.cos((from.latitude * Math.PI) / 180);
  return {
    east: (spot.longitude - from.longitude) * metresPerDegree * shrink,
    south: (from.latitude - spot.latitude) * metresPerDegree,
  };
}

/** Parts of a degree: of about 100 m, to which the server blurs where a listing is, and of about a metre. */
const parts = { blurred: 1_000, exact: 100_000 };

/** How exactly somebody chooses a spot. */
export type Exactness = keyof typeof parts;

export function rounded({ latitude, longitude }: Spot, exactness: Exactness): Spot {
  const round = (degrees: number) => Math.round(degrees * parts[exactness]) / parts[exactness];
  return { latitude: round(latitude), longitude: round(longitude) };
}

/** The spot that lies so far away. */
export function moved(
  from: Spot,
  { east, south }: { east: number; south: number },
  exactness: Exactness,
): Spot {
  const shrink = Math.cos((from.latitude * Math.PI) / 180);
  const longitude = from.longitude + east / (metresPerDegree * shrink);
  const spot = {
    latitude: Math.max(-85, Math.min(85, from.latitude - south / metresPerDegree)),
    // Behind the 180th meridian it goes on at the other side.
    longitude: ((((longitude + 180) % 360) + 360) % 360) - 180,
  };
  return rounded(spot, exactness);
}

const distance = (one: Spot, other: Spot): number => {
  const { east, south } = offset(one, other);
  return Math.hypot(east, south);
};

export const placesNear = (spot: Spot, metres: number): KnownPlace[] =>
  knownPlaces.filter((place) => distance(place, spot) <= metres);

/** How a spot is called, where a place that is known lies within a kilometre. */
export function nameOfSpot(spot: Spot, language: Language): string | undefined {
  const near = placesNear(spot, 1_000);
  near.sort((one, other) => distance(one, spot) - distance(other, spot));
  return near[0]?.name[language];
}
