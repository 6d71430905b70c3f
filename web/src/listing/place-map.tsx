import { useLanguage } from '../i18n/language.js';
import { moved, offset, placesNear, river, riverMetres, type Spot } from './known-places.js';

/** What the map shows from side to side, and from top to bottom, in metres. */
const across = 3_600;
const down = 2_000;
/** A block of streets, drawn for the eye to hold on to. */
const block = 400;
/** A press of an arrow key. */
const step = 100;

/**
 * A simple map, drawn here: no server of tiles learns what anybody looks at. The pin goes where one taps, or with the
 * arrow keys, and the map with it.
 */
export function PlaceMap({ spot, onMove }: { spot: Spot; onMove: (spot: Spot) => void }) {
  const { t, language } = useLanguage();
  const tap = ({ currentTarget, clientX, clientY }: MouseEvent & { currentTarget: Element }) => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const metresPerPixel = 1 / Math.max(width / across, height / down);
    const east = (clientX - left - width / 2) * metresPerPixel;
    onMove(moved(spot, { east, south: (clientY - top - height / 2) * metresPerPixel }));
  };
  const press = (event: KeyboardEvent) => {
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    onMove(moved(spot, way));
  };
  const at = (place: Spot) => {
    const { east, south } = offset(place, spot);
    return { x: east, y: south };
  };
  // Streets belong to the ground: they move with it.
  const { x, y } = at({
    latitude: Math.round(spot.latitude * 50) / 50,
    longitude: Math.round(spot.longitude * 50) / 50,
  });
  const lines = Array.from({ length: 21 }, (_, index) => (index - 10) * block);
  return (
    <div
      class="place-map"
      role="application"
      tabIndex={0}
      aria-label={t('sell.map')}
      onKeyDown={press}
      onClick={tap}
    >
      <svg
        viewBox={`${-across / 2} ${-down / 2} ${across} ${down}`}
        preserveAspectRatio="xMidYMid slice"
        aria-hidden="true"
        focusable="false"
      >
        <g class="map-streets" transform={`translate(${x} ${y})`}>
          {lines.map((line) => (
            <path key={line} d={`M${line}-4000V4000M-4000 ${line}H4000`} />
          ))}
        </g>
        <polyline
          class="map-river"
          stroke-width={riverMetres}
          points={river.map((one) => `${at(one).x},${at(one).y}`).join(' ')}
        />
        {/* Below the place, which the pin may stand on. */}
        {placesNear(spot, across).map((place) => (
          <text key={place.name.en} class="map-name" {...at(place)} dy={190} text-anchor="middle">
            {place.name[language]}
          </text>
        ))}
        <circle class="map-round" r={300} />
        <path
          class="map-pin"
          d="M0 0C-90-120-150-190-150-280a150 150 0 1 1 300 0C150-190 90-120 0 0z"
        />
        <circle class="map-eye" cy={-280} r={56} />
      </svg>
    </div>
  );
}

const ways: Partial<Record<string, { east: number; south: number }>> = {
  ArrowLeft: { east: -step, south: 0 },
  ArrowRight: { east: step, south: 0 },
  ArrowUp: { east: 0, south: -step },
  ArrowDown: { east: 0, south: step },
};
