/** One form to sell and to edit, and all that it checks before it sends; its fields depend on each other, so one file. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { limits, type Category, type Listing } from '../../../client/index.js';
import { usePlace } from '../app/place.js';
import { grouped } from '../listing/grouped.js';
import type { KeptForm, TypedListing } from '../listing/kept-form.js';
import { nameOfSpot, type Spot } from '../listing/known-places.js';
import { OfferSettings } from '../listing/offer-settings.js';
import { PlaceMap } from '../listing/place-map.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import type { Translate } from '../i18n/messages.js';
import { Field, described } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { useCategories } from '../parts/use-categories.js';
import { PhotoField } from '../photos/photo-field.js';
import { takeSharedPhotos } from '../photos/shared-photos.js';
import { usePhotos } from '../photos/use-photos.js';
import { formErrors, textOf, type FormErrors } from './form-errors.js';

export interface ListingInput {
  title: string;
  description: string;
  price: number;
  category: Category;
  /** In order; the first is the cover. */
  imageIds: string[];
  /** null: none any more; of a new listing it is left out instead. */
  offers: {
    enabled: boolean;
    hours?: number;
    minimum?: number | null;
    autoAccept?: number | null;
  };
  location?: { latitude: number; longitude: number };
}

const fields = [
  'imageIds',
  'title',
  'category',
  'price',
  'description',
  'minimum',
  'autoAccept',
] as const;

/** The form of a new listing, or of one that is changed. */
export function ListingForm(props: {
  listing?: Listing;
  /** What was typed last time. */
  kept?: KeptForm;
  submit: string;
  onSubmit: (input: ListingInput) => Promise<void>;
  /** A second way to send the form, without publishing it. */
  draft?: { submit: string; onSubmit: (input: ListingInput) => Promise<void> };
}) {
  const { listing, kept, draft } = props;
  const start = startOf(listing, kept);
  const { t, language } = useLanguage();
  const toast = useToast();
  const categories = useCategories();
  const { place, locating, locate } = usePlace();
  const photos = usePhotos({
    most: limits.imagesPerListing,
    first: listing?.images ?? [],
    kept: kept?.photos,
  });
  useEffect(() => {
    // Shared by another app, which had this form opened.
    if (!listing) void takeSharedPhotos().then((files) => files.length > 0 && photos.add(files));
  }, []);
  const [price, setPrice] = useState(start.price);
  const [free, setFree] = useState(start.free);
  const [offers, setOffers] = useState(start.offers);
  const [rules, setRules] = useState({
    hours: start.hours,
    minimum: start.minimum,
    autoAccept: start.autoAccept,
  });
  const [chosen, setChosen] = useState(start.spot);
  const spot = chosen ?? place;
  const [errors, setErrors] = useState<FormErrors>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // What is wrong may lie far above the button that was pressed.
  useEffect(() => {
    form.current?.querySelector('.is-wrong')?.scrollIntoView({ block: 'center' });
  }, [errors]);

  /** The category of the form. Until the names arrive, the field has no option for it. */
  const categoryOf = (text: (name: string) => string) =>
    text('category') || (categories.length === 0 ? start.category : '');
  const keep = (
    some: Partial<
      { price: string; free: boolean; offers: boolean; spot: Spot } & typeof rules
    > = {},
  ) => {
    if (!kept || !form.current) return;
    const text = textOf(new FormData(form.current));
    const written = { title: text('title'), description: text('description') };
    kept.keep({
      ...written,
      category: categoryOf(text),
      price,
      free,
      offers,
      ...rules,
      ...(chosen ? { spot: chosen } : {}),
      ...some,
    });
  };
  const choose = (next: Spot) => {
    setChosen(next);
    keep({ spot: next });
  };

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const filled = new FormData(event.currentTarget as HTMLFormElement);
    const text = textOf(filled);
    const isDraft = (event.submitter as HTMLButtonElement | null)?.value === 'draft';
    const send = isDraft && draft ? draft.onSubmit : props.onSubmit;
    const amount = free ? 0 : Number(price);
    const missing: FormErrors = {};
    if (text('title').trim() === '') missing.title = t('common.required');
    if (categoryOf(text) === '') missing.category = t('common.required');
    if (!free && (price === '' || amount > limits.priceMaxWon)) missing.price = t('sell.needPrice');
    if (photos.failed > 0) missing.imageIds = t('photos.fix');
    const byRule = free || !offers ? {} : rules;
    Object.assign(missing, limitErrors(byRule, amount, t));
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      await send({
        title: text('title').trim(),
        description: text('description').trim(),
        price: amount,
        category: categoryOf(text) as Category,
        imageIds: photos.imageIds,
        offers: { enabled: offers && !free, ...rulesAsked(byRule, listing) },
        ...(listing ? {} : { location: { latitude: spot.latitude, longitude: spot.longitude } }),
      });
    } catch (error) {
      const wrong = formErrors(error, fields, t);
      // The server takes every image that was uploaded here, unless it waited too long for its listing.
      setErrors(wrong.imageIds ? { ...wrong, imageIds: t('photos.gone') } : wrong);
      setBusy(false);
    }
  };

  return (
    <form
      ref={form}
      class="form"
      noValidate
      onInput={() => keep()}
      onSubmit={(event) => void submit(event)}
    >
      <PhotoField photos={photos} error={errors.imageIds} />
      <Field name="title" label={t('sell.name')} error={errors.title}>
        <input
          {...described('title', errors.title)}
          maxLength={limits.titleLength}
          defaultValue={start.title}
          placeholder={t('sell.namePlaceholder')}
          autoComplete="off"
        />
      </Field>
      <Field name="category" label={t('sell.category')} error={errors.category}>
        <select
          {...described('category', errors.category)}
          // Drawn again when the names arrive: a select keeps no value that it has no option for.
          key={categories.length}
          defaultValue={start.category}
        >
          <option value="" disabled hidden>
            {t('sell.chooseCategory')}
          </option>
          {categories.map(({ id, name }) => (
            <option key={id} value={id} selected={id === start.category}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Field name="price" label={t('sell.price')} error={errors.price}>
        <div class="with-unit">
          <input
            {...described('price', errors.price)}
            inputMode="numeric"
            autoComplete="off"
            disabled={free}
            value={free ? '0' : grouped(price)}
            onInput={({ currentTarget: { value } }) => {
              setPrice(value.replace(/\D/g, ''));
              keep({ price: value.replace(/\D/g, '') });
            }}
          />
          <span aria-hidden="true">{t('sell.priceUnit')}</span>
        </div>
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={free}
          onChange={({ currentTarget: { checked } }) => {
            setFree(checked);
            keep({ free: checked });
          }}
        />
        {t('sell.free')}
      </label>
      <label class="check">
        <input
          type="checkbox"
          name="offers"
          checked={offers}
          disabled={free}
          onChange={({ currentTarget: { checked } }) => {
            setOffers(checked);
            keep({ offers: checked });
          }}
        />
        {t('sell.offers')}
      </label>
      {offers && !free && (
        <OfferSettings
          {...rules}
          errors={errors}
          onChange={(some) => {
            setRules({ ...rules, ...some });
            keep({ ...rules, ...some });
          }}
        />
      )}
      <Field name="description" label={t('sell.description')} error={errors.description}>
        <textarea
          {...described('description', errors.description)}
          rows={6}
          maxLength={limits.descriptionLength}
          defaultValue={start.description}
          placeholder={t('sell.descriptionPlaceholder')}
        />
      </Field>
      {!listing && (
        <div class="field">
          <div class="form-place">
            <Icon name="pin" />
            <span>
              {t('sell.place')}: {nameOfSpot(spot, language) ?? t('sell.onMap')}
            </span>
            <button
              type="button"
              class="button-text"
              disabled={locating}
              onClick={() => locate().then(choose, () => toast(t('feed.locationFailed')))}
            >
              {t('feed.useLocation')}
            </button>
          </div>
          <PlaceMap spot={spot} onMove={choose} />
          <p class="field-note">{t('sell.mapHint')}</p>
        </div>
      )}
      {errors.form && (
        <p class="form-error" role="alert">
          {errors.form}
        </p>
      )}
      <button
        type="submit"
        class="button button-primary button-wide"
        disabled={busy || photos.uploading > 0}
      >
        {photos.uploading > 0 ? t('room.uploading') : props.submit}
      </button>
      {draft && (
        <button
          type="submit"
          name="as"
          value="draft"
          class="button button-wide"
          disabled={busy || photos.uploading > 0}
        >
          {draft.submit}
        </button>
      )}
    </form>
  );
}

/** What stands in the form when it opens. */
function startOf(listing: Listing | undefined, kept: KeptForm | undefined): TypedListing {
  const text = (amount: number | undefined) => (amount === undefined ? '' : String(amount));
  const empty = {
    title: '',
    description: '',
    category: '',
    price: '',
    hours: String(limits.offerHours),
    minimum: '',
    autoAccept: '',
  };
  if (!listing) return { ...empty, free: false, offers: true, ...kept?.start };
  const { title, description, category, price, offers } = listing;
  return {
    ...{ title, description, category },
    price: text(price),
    free: price === 0,
    offers: offers.enabled,
    hours: String(offers.hours ?? limits.offerHours),
    minimum: text(offers.minimum),
    autoAccept: text(offers.autoAccept),
    ...kept?.start,
  };
}

type Rules = Partial<Pick<TypedListing, 'hours' | 'minimum' | 'autoAccept'>>;

/** minimum < automatic accept < price: what the server holds against them, said beside the field. */
function limitErrors({ minimum = '', autoAccept = '' }: Rules, price: number, t: Translate) {
  const errors: FormErrors = {};
  if (minimum !== '' && Number(minimum) >= price) errors.minimum = t('sell.belowPrice');
  if (autoAccept !== '' && Number(autoAccept) >= price) errors.autoAccept = t('sell.belowPrice');
  if (minimum !== '' && autoAccept !== '' && Number(minimum) >= Number(autoAccept))
    errors.minimum = t('sell.belowAccept');
  return errors;
}

/** What is empty is left out of a new listing, and taken out of one that is changed. */
function rulesAsked({ hours, minimum = '', autoAccept = '' }: Rules, listing: Listing | undefined) {
  const none = listing ? null : undefined;
  const asked = {
    hours: hours === undefined ? undefined : Number(hours),
    minimum: minimum === '' ? none : Number(minimum),
    autoAccept: autoAccept === '' ? none : Number(autoAccept),
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}
