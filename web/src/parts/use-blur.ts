import { useMemo } from 'preact/hooks';
import { thumbHashToDataURL } from 'thumbhash';

/** The style that shows a blur of an image behind it until it is loaded; nothing for an image without one. */
export const useBlur = (thumbhash: string | undefined) =>
  useMemo(() => (thumbhash ? { backgroundImage: `url(${blurOf(thumbhash)})` } : {}), [thumbhash]);

function blurOf(thumbhash: string): string {
  const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0));
  return thumbHashToDataURL(bytes);
}
