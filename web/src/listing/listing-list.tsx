import { useState } from 'preact/hooks';
import type { Listing } from '../../../client/index.js';
import { useLoad } from '../app/use-load.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { Failure } from '../parts/failure.js';
import { ListingCard } from '../parts/listing-card.js';

interface Page {
  items: readonly Listing[];
  nextCursor: string | null;
}

/** A list of listings, page after page. Give it another key where it is to begin anew. */
export function ListingList(props: {
  name: string;
  load: (page: { cursor?: string }) => Promise<Page>;
  empty: { text: string; href: string; action: string };
}) {
  const { t } = useLanguage();
  const toast = useToast();
  const [more, setMore] = useState<Page>();
  const { value, error, reload } = useLoad(props.name, () => props.load({}));
  if (error) return <Failure error={error} onRetry={reload} />;
  if (!value) return <p class="feed-end">{t('common.loading')}</p>;
  const items = [...value.items, ...(more?.items ?? [])];
  const cursor = more ? more.nextCursor : value.nextCursor;
  const next = async (from: string) => {
    try {
      const page = await props.load({ cursor: from });
      setMore({ ...page, items: [...(more?.items ?? []), ...page.items] });
    } catch (thrown) {
      toast(describeError(thrown, t));
    }
  };
  if (items.length === 0) return <Empty {...props.empty} />;
  return (
    <>
      <div class="cards">
        {items.map((listing) => (
          <ListingCard key={listing.id} listing={listing} />
        ))}
      </div>
      {cursor !== null && (
        <button type="button" class="button feed-more" onClick={() => void next(cursor)}>
          {t('feed.more')}
        </button>
      )}
    </>
  );
}
