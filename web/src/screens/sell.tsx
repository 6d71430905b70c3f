import { useMemo, useState } from 'preact/hooks';
import { useLocation } from 'wouter';
import { HaggleError } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { newId } from '../app/new-id.js';
import { useLoad } from '../app/use-load.js';
import { useReadable } from '../app/use-readable.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { forgetFound } from '../search/use-found.js';
import { keptForm, type KeptForm, type ListingDraft } from '../listing/kept-form.js';
import { Loaded } from '../parts/listed.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { ListingForm, type ListingInput } from './listing-form.js';

/** Puts a thing up for sale. */
export function SellScreen() {
  const { market, memory } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [, navigate] = useLocation();
  const { kept, fresh, startAnew } = useKeptForm();
  // A second tap after a lost answer, also one after a reload, lists the thing once.
  const createOnce = async (draft: ListingDraft) => {
    const before = kept.sentBefore(draft);
    const sent = before ?? { key: newId(), draft };
    kept.keepSent(sent);
    try {
      return await market.createListing(sent.draft, sent.key);
    } catch (error) {
      if (saysNothingWasListed(error, before !== undefined)) kept.forgetSent();
      throw error;
    }
  };
  const send = async (input: ListingInput, state: 'onSale' | 'draft') => {
    const { offers, ...rest } = input;
    const { minimum, autoAccept, ...shown } = offers;
    const given = {
      ...shown,
      ...(minimum == null ? {} : { minimum }),
      ...(autoAccept == null ? {} : { autoAccept }),
    };
    const draft = { ...rest, offers: given, ...(state === 'draft' ? { state } : {}) };
    const listing = await createOnce(draft);
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
          {isStarted(kept) && <KeptNotice leave={t('sell.startAnew')} onLeave={startAnew} />}
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
  const load = useLoad(`listing ${id}`, () => market.getListing(id));
  const { kept, fresh, startAnew } = useKeptForm(id);
  return (
    <div class="with-bar">
      <ScreenBar title={t('sell.editTitle')} back={`/listings/${id}`} />
      <div class="scroll">
        <div class="page narrow">
          <Loaded load={load}>
            {(listing) => (
              <>
                {isStarted(kept) && (
                  <KeptNotice leave={t('sell.dropChanges')} onLeave={startAnew} />
                )}
                <ListingForm
                  // What changed elsewhere meanwhile is what one changes.
                  key={`${fresh} ${listing.version}`}
                  listing={listing}
                  kept={kept}
                  submit={t('sell.save')}
                  onSubmit={async (input) => {
                    load.learn(await market.editListing(listing, input));
                    kept.forget();
                    forgetFound(memory);
                    toast(t('sell.saved'));
                    navigate(`/listings/${id}`, { replace: true });
                  }}
                />
              </>
            )}
          </Loaded>
        </div>
      </div>
    </div>
  );
}

/** What was typed last time, of a new listing or of this one. `fresh` changes when it is given up. */
function useKeptForm(listingId?: string) {
  const { client } = useHaggle();
  const userId = useReadable(client.session)?.user.id ?? '';
  const [fresh, setFresh] = useState(0);
  const kept = useMemo(() => keptForm(userId, listingId), [userId, listingId, fresh]);
  const startAnew = () => {
    kept.forget();
    setFresh(fresh + 1);
  };
  return { kept, fresh, startAnew };
}

const isStarted = ({ start, photos }: KeptForm): boolean => Boolean(start ?? photos.start);

function KeptNotice({ leave, onLeave }: { leave: string; onLeave: () => void }) {
  const { t } = useLanguage();
  return (
    <div class="notice">
      <p>{t('sell.kept')}</p>
      <button type="button" class="button-text" onClick={onLeave}>
        {leave}
      </button>
    </div>
  );
}

/** Of a draft that was sent before, most refusals say nothing about the first time; one that finds it wrong does. */
function saysNothingWasListed(error: unknown, sentBefore: boolean): boolean {
  if (!(error instanceof HaggleError) || error.status === undefined) return false;
  if (error.code === 'VALIDATION_FAILED') return true;
  return !sentBefore && error.status < 500 && error.code !== 'IDEMPOTENCY_CONFLICT';
}
