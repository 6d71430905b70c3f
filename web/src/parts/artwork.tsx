import type { Category } from '../../../client/index.js';
import { drawings } from './artwork-drawings.js';

/** What stands in for a photo: a drawing of the category, in its colours, a little different for each listing. */
export function Artwork({ category, seed }: { category: Category; seed: string }) {
  const variant = variantOf(seed);
  return (
    <svg
      class={`art art-${category}`}
      viewBox="0 0 120 120"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="art-ground" x="-120" y="-60" width="360" height="240" />
      {backdrops[variant]}
      <ellipse class="art-shadow" cx="60" cy="98" rx="34" ry="4" />
      <g>{drawings[category]}</g>
    </svg>
  );
}

const backdrops = [
  <circle key="0" class="art-back" cx="84" cy="42" r="46" />,
  <circle key="1" class="art-back" cx="34" cy="50" r="50" />,
  <path key="2" class="art-back" d="M-120 96 C -20 60, 40 30, 240 44 V180 H-120z" />,
  <path key="3" class="art-back" d="M-120 30 C 0 64, 70 84, 240 58 V180 H-120z" />,
] as const;

function variantOf(seed: string): number {
  let sum = 0;
  for (const character of seed) sum = (sum * 33 + character.charCodeAt(0)) % 65_521;
  return sum % backdrops.length;
}
