import { useMemo, useRef, useState } from 'preact/hooks';
import { useLocation } from 'wouter';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useReadable } from '../app/use-readable.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { forgetFound } from '../search/use-found.js';
import { keptForm } from '../listing/kept-form.js';
import { Failure } from '../parts/failure.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { ListingForm, type ListingInput } from './listing-form.js';

/** Puts a thing up for sale. */
export function SellScreen() {
  const { client, market, memory } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [, navigate] = useLocation();
  const userId = useReadable(client.session)?.user.id ?? '';
  const [fresh, setFresh] = useState(0);
  const kept = useMemo(() => keptForm(userId), [userId, fresh]);
  // One key for the form as it is filled in: a second tap after a lost answer lists the thing once.
  const key = useRef<{ form: string; id: string }>(undefined);
  const keyFor = (form: string) => {
    if (key.current?.form !== form) key.current = { form, id: freshKey() };
    return key.current.id;
  };
  const send = async (input: ListingInput, state: 'onSale' | 'draft') => {
    const { offers, ...rest } = input;
    const { minimum, autoAccept, enabled } = offers;
    const given = {
      enabled,
      ...(minimum == null ? {} : { minimum }),
      ...(autoAccept == null ? {} : { autoAccept }),
    };
    const draft = { ...rest, offers: given, ...(state === 'draft' ? { state } : {}) };
    const listing = await market.createListing(draft, keyFor(JSON.stringify(draft)));
    kept.forget();
    forgetFound(memory);
    toast(t(state === 'draft' ? 'sell.draftSaved' : 'sell.done'));
    navigate(`/listings/${listing.id}`, { replace: true });
  };
  return (
    <div class="with-bar">
      <ScreenBar title={t('sell.title')} />
      <div class="scroll">
        <div class="page narrow">
          {kept.start && (
            <div class="notice">
              <p>{t('sell.kept')}</p>
              <button
                type="button"
                class="button-text"
                onClick={() => {
                  kept.forget();
                  setFresh(fresh + 1);
                }}
              >
                {t('sell.startAnew')}
              </button>
            </div>
          )}
          <ListingForm
            key={fresh}
            kept={kept}
            submit={t('sell.submit')}
            onSubmit={async (input) => send(input, 'onSale')}
            draft={{ submit: t('sell.saveDraft'), onSubmit: (input) => send(input, 'draft') }}
          />
        </div>
      </div>
    </div>
  );
}

/** Changes a listing of one's own. */
export function EditScreen({ id }: { id: string }) {
  const { market, memory } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [, navigate] = useLocation();
  const { value: listing, error, reload } = useLoad(id, () => market.getListing(id));
  return (
    <div class="with-bar">
      <ScreenBar title={t('sell.editTitle')} back={`/listings/${id}`} />
      <div class="scroll">
        <div class="page narrow">
          {listing && (
            <ListingForm
              listing={listing}
              submit={t('sell.save')}
              onSubmit={async (input) => {
                await market.editListing(listing, input);
                forgetFound(memory);
                toast(t('sell.saved'));
                navigate(`/listings/${id}`, { replace: true });
              }}
            />
          )}
          {Boolean(error) && <Failure error={error} onRetry={reload} />}
        </div>
      </div>
    </div>
  );
}

const freshKey = () => [...crypto.getRandomValues(new Uint32Array(4))].join('-');
