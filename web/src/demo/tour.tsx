import { useState } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';
import { demoWords } from './words.js';

/** What there is to try, a step at a time. It takes no focus and covers nothing; `onEnd`: it was read or closed. */
export function Tour({ role, onEnd }: { role: 'buyer' | 'seller'; onEnd: () => void }) {
  const { language } = useLanguage();
  const words = demoWords[language];
  const steps = words[role];
  const [at, setAt] = useState(0);
  const step = steps[at]!;
  const isLast = at === steps.length - 1;
  const other = role === 'buyer' ? 'seller' : 'buyer';
  const end = () => {
    onEnd();
    // The buttons are gone: whoever uses the keyboard goes on with what the tour was about.
    document.getElementById('main')?.focus();
  };
  return (
    <section class="tour" aria-label={words.tour}>
      <div class="tour-text" aria-live="polite">
        <h2>
          <span class="tour-step">
            <span class="visually-hidden">{words.step(at + 1, steps.length)}: </span>
            <span aria-hidden="true">
              {at + 1}/{steps.length}
            </span>
          </span>
          {step.title}
        </h2>
        <p>{step.text}</p>
      </div>
      <div class="tour-acts">
        {step.opensOther && (
          <a
            class="button"
            href={`/?demo=${other}&lang=${language}`}
            target="_blank"
            // Its session is of its own: a window that is opened by this one would begin with this one's.
            rel="noopener"
          >
            {other === 'seller' ? words.openSeller : words.openBuyer}
          </a>
        )}
        {!isLast && (
          <button type="button" class="button-text" onClick={end}>
            {words.dismiss}
          </button>
        )}
        <button
          type="button"
          class="button button-primary"
          onClick={isLast ? end : () => setAt(at + 1)}
        >
          {isLast ? words.end : words.next}
        </button>
      </div>
    </section>
  );
}
