import { useEffect, useRef, useState } from 'preact/hooks';
import { limits, type Category, type Listing } from '../../../client/index.js';
import { usePlace } from '../app/place.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { useCategories } from '../parts/use-categories.js';
import { PhotoField } from '../photos/photo-field.js';
import { useListingPhotos } from '../photos/use-listing-photos.js';
import { formErrors, textOf, type FormErrors } from './form-errors.js';

export interface ListingInput {
  title: string;
  description: string;
  price: number;
  category: Category;
  /** In order; the first is the cover. */
  imageIds: string[];
  offers: { enabled: boolean };
  location?: { latitude: number; longitude: number };
}

const fields = ['imageIds', 'title', 'category', 'price', 'description'] as const;

/** The form of a new listing, or of one that is changed. */
export function ListingForm(props: {
  listing?: Listing;
  submit: string;
  onSubmit: (input: ListingInput) => Promise<void>;
}) {
  const { listing } = props;
  const { t } = useLanguage();
  const toast = useToast();
  const categories = useCategories();
  const { place, locating, locate } = usePlace();
  const photos = useListingPhotos(listing?.images ?? []);
  const [price, setPrice] = useState(listing ? String(listing.price) : '');
  const [free, setFree] = useState(listing?.price === 0);
  const [errors, setErrors] = useState<FormErrors>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // What is wrong may lie far above the button that was pressed.
  useEffect(() => {
    form.current?.querySelector('.is-wrong')?.scrollIntoView({ block: 'center' });
  }, [errors]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const filled = new FormData(event.currentTarget as HTMLFormElement);
    const text = textOf(filled);
    const amount = free ? 0 : Number(price);
    const missing: FormErrors = {};
    if (text('title').trim() === '') missing.title = t('common.required');
    if (text('category') === '') missing.category = t('common.required');
    if (!free && (price === '' || amount > limits.priceMax)) missing.price = t('sell.needPrice');
    if (photos.failed) missing.imageIds = t('photos.fix');
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      await props.onSubmit({
        title: text('title').trim(),
        description: text('description').trim(),
        price: amount,
        category: text('category') as Category,
        imageIds: photos.imageIds,
        offers: { enabled: filled.get('offers') !== null },
        ...(listing ? {} : { location: { latitude: place.latitude, longitude: place.longitude } }),
      });
    } catch (error) {
      const wrong = formErrors(error, fields, t);
      // The server takes every image that was uploaded here, unless it waited too long for its listing.
      setErrors(wrong.imageIds ? { ...wrong, imageIds: t('photos.gone') } : wrong);
      setBusy(false);
    }
  };

  return (
    <form ref={form} class="form" noValidate onSubmit={(event) => void submit(event)}>
      <PhotoField photos={photos} error={errors.imageIds} />
      <Field name="title" label={t('sell.name')} error={errors.title}>
        <input
          {...described('title', errors.title)}
          maxLength={limits.titleLength}
          defaultValue={listing?.title}
          placeholder={t('sell.namePlaceholder')}
          autoComplete="off"
        />
      </Field>
      <Field name="category" label={t('sell.category')} error={errors.category}>
        <select
          {...described('category', errors.category)}
          // Drawn again when the names arrive: a select keeps no value that it has no option for.
          key={categories.length}
          defaultValue={listing?.category ?? ''}
        >
          <option value="" disabled hidden />
          {categories.map(({ id, name }) => (
            <option key={id} value={id} selected={id === listing?.category}>
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
            onInput={(event) => setPrice(event.currentTarget.value.replace(/\D/g, ''))}
          />
          <span aria-hidden="true">{t('sell.priceUnit')}</span>
        </div>
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={free}
          onChange={(event) => setFree(event.currentTarget.checked)}
        />
        {t('sell.free')}
      </label>
      <label class="check">
        <input
          type="checkbox"
          name="offers"
          defaultChecked={listing?.offers.enabled ?? true}
          disabled={free}
        />
        {t('sell.offers')}
      </label>
      <Field name="description" label={t('sell.description')} error={errors.description}>
        <textarea
          {...described('description', errors.description)}
          rows={6}
          maxLength={limits.descriptionLength}
          defaultValue={listing?.description}
          placeholder={t('sell.descriptionPlaceholder')}
        />
      </Field>
      {!listing && (
        <div class="form-place">
          <Icon name="pin" />
          <span>
            {t('sell.place')}: {t(place.here ? 'place.here' : 'place.mangwon')}
          </span>
          <button
            type="button"
            class="button-text"
            disabled={locating}
            onClick={() => locate().catch(() => toast(t('feed.locationFailed')))}
          >
            {t('feed.useLocation')}
          </button>
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
    </form>
  );
}

/** Digits in groups of three while they are typed. */
const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',');
