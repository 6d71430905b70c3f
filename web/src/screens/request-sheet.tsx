import { useState } from 'preact/hooks';
import { useLocation } from 'wouter';
import { limits, type Listing } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { newId } from '../app/new-id.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { Sheet } from '../parts/sheet.js';

/** Asks for a give-away: a few words instead of an amount. */
export function RequestSheet({ listing, onClose }: { listing: Listing; onClose: () => void }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const [, navigate] = useLocation();
  const [note, setNote] = useState('');
  const { busy, error, send } = useWork();
  // One id for each wording: the same one sent again after a lost answer is the same request.
  const [intents] = useState(() => new Map<string, string>());
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const said = note.trim();
    const clientMessageId = intents.get(said) ?? newId();
    intents.set(said, clientMessageId);
    await send(async () => {
      const { offer } = await market.askForGiveAway(listing.id, {
        clientMessageId,
        ...(said ? { note: said } : {}),
      });
      onClose();
      navigate(`/chats/${offer.conversationId}`);
    });
  };
  return (
    <Sheet title={t('request.title')} onClose={onClose}>
      <form class="offer-form" noValidate onSubmit={(event) => void submit(event)}>
        <p class="sheet-hint">{t('request.hint')}</p>
        <label class="offer-note-field">
          <span>{t('offer.note')}</span>
          <input
            maxLength={limits.noteLength}
            value={note}
            placeholder={t('request.notePlaceholder')}
            autoComplete="off"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        {error && (
          <p class="form-error" role="alert">
            {error}
          </p>
        )}
        <button type="submit" class="button button-primary button-wide" disabled={busy}>
          {t('request.submit')}
        </button>
      </form>
    </Sheet>
  );
}
