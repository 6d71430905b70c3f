import type { Rating } from '../../../client/market.js';

const mouths: Record<Rating, string> = {
  great: 'M7.5 13.5c.8 3 2.500 4 4.500 4s3.700-1 4.500-4z',
  good: 'M8 14.500c1 1.600 2.400 2.300 4 2.300s3-.7 4-2.300',
  bad: 'M8.500 16.800c.8-1.400 2-2 3.500-2s2.700.6 3.500 2',
};

/** A face beside the word for it. */
export function Face({ rating }: { rating: Rating }) {
  return (
    <svg class="icon face" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={`M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9.500v.5M15 9.500v.5${mouths[rating]}`} />
    </svg>
  );
}
