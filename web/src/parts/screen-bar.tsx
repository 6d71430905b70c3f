import type { ComponentChildren } from 'preact';
import { Link, useLocation } from 'wouter';
import { useScreenTitle } from '../app/page-title.js';
import { hasWayBack } from '../app/use-app-location.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from './icon.js';

/** The top of a screen: its name, the way back, what else it offers. */
export function ScreenBar(props: {
  title: string;
  /** Where "back" leads when the screen was opened directly. */
  back?: string;
  /** Where the title leads. */
  href?: string;
  children?: ComponentChildren;
}) {
  const { t } = useLanguage();
  const [, navigate] = useLocation();
  const { back } = props;
  useScreenTitle(props.title);
  const goBack = (fallback: string) => {
    if (hasWayBack()) history.back();
    else navigate(fallback, { replace: true });
  };
  return (
    <div class="bar">
      {back !== undefined && (
        <button
          type="button"
          class="button-icon"
          aria-label={t('nav.back')}
          onClick={() => goBack(back)}
        >
          <Icon name="back" />
        </button>
      )}
      <h1 class="bar-title">
        {props.href ? <Link href={props.href}>{props.title}</Link> : props.title}
      </h1>
      <div class="bar-end">{props.children}</div>
    </div>
  );
}
