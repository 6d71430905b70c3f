import type { JSX } from 'preact';
import type { Category } from '../../../client/index.js';

/**
 * One flat drawing for each category, on a field of 120 by 120. Classes name tones (m main, l light, d dark,
 * p pop), so that the colours come from the category's palette in the style sheet.
 */
export const drawings: Record<Category, JSX.Element> = {
  digital: (
    <>
      <rect class="d" x="34" y="26" width="52" height="72" rx="7" />
      <rect class="l" x="39" y="32" width="42" height="56" rx="3" />
      <path class="m" d="M39 76 55 58l11 12 8-8 7 8v15a3 3 0 0 1-3 3H42a3 3 0 0 1-3-3z" />
      <circle class="p" cx="70" cy="45" r="6" />
      <circle class="l" cx="60" cy="93" r="2" />
    </>
  ),
  appliances: (
    <>
      <rect class="l" x="33" y="24" width="54" height="74" rx="7" />
      <rect class="m" x="33" y="24" width="54" height="16" rx="7" />
      <circle class="p" cx="44" cy="32" r="3.5" />
      <rect class="l" x="66" y="30" width="14" height="4" rx="2" />
      <circle class="d" cx="60" cy="67" r="21" />
      <circle class="m" cx="60" cy="67" r="15" />
      <path class="l" d="M47 68c5-5 8 3 13 0s8-5 14-1a14 14 0 0 1-27 1z" />
    </>
  ),
  furniture: (
    <>
      <path class="d" d="M36 84h6v14h-6zM78 84h6v14h-6z" />
      <path class="m" d="M40 26h40a6 6 0 0 1 6 6v32H34V32a6 6 0 0 1 6-6z" />
      <path class="l" d="M42 34h10v26H42zM55 34h10v26H55zM68 34h10v26H68z" />
      <rect class="p" x="28" y="60" width="64" height="26" rx="8" />
      <rect class="d" x="24" y="54" width="12" height="32" rx="6" />
      <rect class="d" x="84" y="54" width="12" height="32" rx="6" />
    </>
  ),
  living: (
    <>
      <path class="m" d="M30 56h60v16a26 26 0 0 1-26 26h-8a26 26 0 0 1-26-26z" />
      <path class="d" d="M90 60h6a10 10 0 0 1 0 20h-7v-6h6a4 4 0 0 0 0-8h-5z" />
      <path class="l" d="M30 56h60v7H30z" />
      <path
        class="p"
        d="M46 28c6 6-5 9 1 18h5c-6-8 5-11-1-18zM64 24c6 7-5 11 1 22h5c-6-10 5-14-1-22z"
      />
    </>
  ),
  baby: (
    <>
      <rect class="m" x="42" y="46" width="36" height="52" rx="10" />
      <path class="l" d="M42 62h36v26a10 10 0 0 1-10 10H52a10 10 0 0 1-10-10z" />
      <rect class="d" x="44" y="36" width="32" height="11" rx="4" />
      <path class="p" d="M52 36c0-6 4-6 4-12a4 4 0 0 1 8 0c0 6 4 6 4 12z" />
      <path class="d" d="M66 68h12v3H66zM66 76h12v3H66zM66 84h12v3H66z" />
    </>
  ),
  kids: (
    <>
      <rect class="m" x="28" y="66" width="32" height="32" rx="5" />
      <rect class="p" x="61" y="66" width="32" height="32" rx="5" />
      <rect class="d" x="44" y="33" width="32" height="32" rx="5" />
      <circle class="l" cx="44" cy="82" r="8" />
      <path class="l" d="M77 73l9 17H68z" />
      <path class="l" d="M60 40l3 6 6 1-5 4 1 7-5-4-6 4 2-7-5-4 6-1z" />
    </>
  ),
  fashion: (
    <>
      <path
        class="m"
        d="M46 28 30 38l-8 22 13 5 4-9v42h42V56l4 9 13-5-8-22-16-10a14 10 0 0 1-28 0z"
      />
      <path class="d" d="M46 28a14 10 0 0 0 28 0l-4-2a10 7 0 0 1-20 0z" />
      <path class="l" d="M66 52h12v12a6 6 0 0 1-12 0z" />
      <path class="p" d="M39 88h42v6H39z" />
    </>
  ),
  beauty: (
    <>
      <path class="p" d="M40 54V36l14-12v30z" />
      <rect class="l" x="37" y="52" width="20" height="14" />
      <rect class="d" x="34" y="64" width="26" height="34" rx="3" />
      <circle class="m" cx="80" cy="76" r="18" />
      <circle class="l" cx="80" cy="76" r="13" />
      <path class="m" d="M72 82 86 68l3 3-14 14z" />
    </>
  ),
  sports: (
    <>
      <circle class="ring" cx="36" cy="76" r="19" />
      <circle class="ring" cx="86" cy="76" r="19" />
      <path class="frame" d="M36 76 50 48h28l8 28M50 48l10 28 18-28M36 76h24" />
      <path class="bar-line" d="M76 40h10M44 44h12M78 48l-3-9" />
      <circle class="p" cx="60" cy="76" r="5" />
    </>
  ),
  hobby: (
    <>
      <path
        class="m"
        d="M42 44h36a22 22 0 0 1 22 24c-1 14-3 24-11 24-7 0-9-12-17-12H48c-8 0-10 12-17 12-8 0-10-10-11-24a22 22 0 0 1 22-24z"
      />
      <path class="l" d="M40 54h6v7h7v6h-7v7h-6v-7h-7v-6h7z" />
      <circle class="p" cx="80" cy="58" r="4.5" />
      <circle class="d" cx="72" cy="67" r="4.5" />
      <circle class="l" cx="86" cy="69" r="3" />
    </>
  ),
  books: (
    <>
      <rect class="m" x="28" y="80" width="64" height="18" rx="3" />
      <rect class="l" x="36" y="84" width="56" height="10" />
      <rect class="p" x="34" y="62" width="58" height="17" rx="3" />
      <rect class="l" x="34" y="66" width="50" height="9" />
      <path class="d" d="M36 56 80 36l6 13-44 20a7 7 0 0 1-6-13z" />
      <path class="l" d="M40 58 80 40l3 6-40 18z" />
    </>
  ),
  pets: (
    <>
      <path class="m" d="M34 98c-6-30 2-48 26-48s32 18 26 48z" />
      <path class="m" d="M36 64 34 30l18 14zM84 64l2-34-18 14z" />
      <path class="l" d="M46 84c0-10 6-16 14-16s14 6 14 16v14H46z" />
      <circle class="d" cx="50" cy="62" r="3.5" />
      <circle class="d" cx="70" cy="62" r="3.5" />
      <path class="p" d="M56 69h8l-4 5z" />
    </>
  ),
  plants: (
    <>
      <path class="m" d="M60 72C40 70 30 56 32 38c16 0 28 12 28 34z" />
      <path class="d" d="M60 66c2-22 12-34 30-38 4 20-8 36-30 38z" />
      <path class="l" d="M60 78C57 58 56 40 62 22c10 14 8 36-2 56z" />
      <path class="p" d="M40 70h40l-5 28H45z" />
      <path class="d" d="M38 68h44v8H38z" />
    </>
  ),
  food: (
    <>
      <circle class="p" cx="44" cy="78" r="20" />
      <circle class="m" cx="78" cy="80" r="18" />
      <circle class="l" cx="61" cy="52" r="19" />
      <path class="d" d="M60 34c2-10 10-14 20-12-2 9-9 14-20 12z" />
      <path class="d" d="M42 59h4v5h-4zM76 63h4v5h-4zM59 32h3v6h-3z" />
    </>
  ),
  tickets: (
    <>
      <path class="d" d="M26 50 84 32l4 12a7 7 0 0 0 4 13l4 12-58 19-4-13a7 7 0 0 0-4-12z" />
      <path class="m" d="M26 58h68v12a7 7 0 0 0 0 14v12H26V84a7 7 0 0 0 0-14z" />
      <path class="l" d="M72 62h3v6h-3zM72 72h3v6h-3zM72 82h3v6h-3z" />
      <path class="p" d="M50 65l3.5 7.5 8 1-6 5.5 2 8-7.5-4-7.5 4 2-8-6-5.5 8-1z" />
    </>
  ),
  other: (
    <>
      <path class="m" d="M26 50h68v42a6 6 0 0 1-6 6H32a6 6 0 0 1-6-6z" />
      <path class="d" d="M26 50 36 36h48l10 14z" />
      <path class="l" d="M54 36h12l2 14H52zM52 50h16v16H52z" />
      <path class="p" d="M34 82h16v4H34zM34 89h10v3H34z" />
    </>
  ),
};
