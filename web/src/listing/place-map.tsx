import { useLanguage } from '../i18n/language.js';
import {
  moved,
  offset,
  placesNear,
  river,
  riverMetres,
  type Exactness,
  type Spot,
} from './known-places.js';

/** What the map shows from side to side, in metres. */
const across = 3_600;
/** How wide it is for its height. */
const shape = 9 / 5;
/** A block of streets, drawn for the eye to hold on to. */
const block = 400;
/** A press of an arrow key, in metres. */
const steps = { blurred: 100, exact: 50 };

/**
 * A simple map, drawn here: no server of tiles learns what anybody looks at. The pin goes where one taps, or with the
 * arrow keys, and the map with it.
 */
export function PlaceMap(props: {
  spot: Spot;
  exactness?: Exactness;
  /** Has the focus first in a sheet. */
  autofocus?: boolean;
  onMove: (spot: Spot) => void;
}) {
  const { spot, exactness = 'blurred', onMove } = props;
  const { t } = useLanguage();
  const tap = ({ currentTarget, clientX, clientY }: MouseEvent & { currentTarget: Element }) => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const metresPerPixel = across / Math.max(width, height * shape);
    const east = (clientX - left - width / 2) * metresPerPixel;
    const south = (clientY - top - height / 2) * metresPerPixel;
    onMove(moved(spot, { east, south }, exactness));
  };
  const press = (event: KeyboardEvent) => {
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const step = steps[exactness];
    onMove(moved(spot, { east: way.east * step, south: way.south * step }, exactness));
  };
  return (
    <div
      class="place-map"
      role="application"
      tabIndex={0}
      autofocus={props.autofocus}
      aria-label={t('sell.map')}
      onKeyDown={press}
      onClick={tap}
    >
      <PlaceDrawing spot={spot} across={across} />
    </div>
  );
}

/** The map with a pin on the spot in its middle, to look at. */
export function PlaceDrawing({ spot, across }: { spot: Spot; across: number }) {
  const { language } = useLanguage();
  const down = across / shape;
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
  );
}

const ways: Partial<Record<string, { east: number; south: number }>> = {
  ArrowLeft: { east: -1, south: 0 },
  ArrowRight: { east: 1, south: 0 },
  ArrowUp: { east: 0, south: -1 },
  ArrowDown: { east: 0, south: 1 },
};
