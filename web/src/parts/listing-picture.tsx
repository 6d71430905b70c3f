import { useState } from 'preact/hooks';
import type { Category } from '../../../client/index.js';
import { Artwork } from './artwork.js';
import { useBlur } from './use-blur.js';

interface ListingInSmall {
  id: string;
  category: Category;
  thumb?: string | null | undefined;
  thumbhash?: string | undefined;
}

/**
 * A listing in small: its cover over a blur that is there at once, or a drawing of its category where it has no photo.
 * Decoration beside the title, so it has no words of its own.
 */
export function ListingPicture({ listing }: { listing: ListingInSmall }) {
  const { id, category, thumb, thumbhash } = listing;
  // A photo that was taken away a moment ago leaves a broken picture otherwise.
  const [lost, setLost] = useState<string>();
  const blur = useBlur(thumbhash);
  if (!thumb || lost === thumb) return <Artwork category={category} seed={id} />;
  return (
    <img
      class="picture"
      src={thumb}
      alt=""
      loading="lazy"
      decoding="async"
      style={blur}
      onError={() => setLost(thumb)}
    />
  );
}
