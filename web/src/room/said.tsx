import type { ComponentChildren } from 'preact';
import { useLanguage } from '../i18n/language.js';
import { Linked } from './linked.js';
import type { Said } from './rows.js';
import { SaidPlace } from './said-place.js';

/** The content of a bubble. */
export function SaidView(props: {
  said: Said;
  /** Who says it, for those who do not see the side it stands on. */
  name: string | undefined;
  /** What it answers. */
  quote?: ComponentChildren;
  photos?: ComponentChildren;
}) {
  const { said, name, quote, photos } = props;
  const { t } = useLanguage();
  const who = name && <span class="visually-hidden">{name}: </span>;
  if (said.unsent) {
    return (
      <p class="bubble is-unsent">
        {who}
        {t('room.unsent')}
      </p>
    );
  }
  return (
    <div class="said">
      {said.text === undefined && quote}
      {photos}
      {said.place && (
        <SaidPlace place={said.place} who={said.text === undefined ? who : undefined} />
      )}
      {said.text !== undefined && (
        <div class="bubble">
          {quote}
          <p>
            {who}
            <Linked text={said.text} />
            {said.edited && <small class="bubble-edited"> {t('room.edited')}</small>}
          </p>
        </div>
      )}
    </div>
  );
}
