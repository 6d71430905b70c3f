/** The mark and the name. */
export function Brand() {
  return (
    <span class="brand">
      <svg class="brand-mark" viewBox="-2 -1 35 35" aria-hidden="true" focusable="false">
        <path
          class="brand-back"
          d="M26 13a6 6 0 0 1 0 12h-1v4l-5-4h-5a6 6 0 0 1-5-3l4-3h6a8 8 0 0 0 6-6z"
        />
        <path class="brand-front" d="M6 4h13a7 7 0 0 1 0 14h-6l-6 5v-5H6a7 7 0 0 1 0-14z" />
        <path class="brand-won" d="M8 9l2.2 4.8L12.5 9.5l2.3 4.3L17 9" />
      </svg>
      <span class="brand-name">Haggle</span>
    </span>
  );
}
