import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useScreenTitle } from '../app/page-title.js';
import { useLanguage } from '../i18n/language.js';

/** The page was opened with this screen: nobody went anywhere yet, and the focus is where the browser put it. */
let isFirst = true;

/** The heading of a screen. Who comes to the screen from another one has the focus here. */
export function ScreenHeading(props: {
  /** What the tab and the history call the screen; empty until that is known. */
  title: string;
  class: string;
  /** What stands there when it is more than the title. */
  children?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { t } = useLanguage();
  useScreenTitle(props.title);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <h1 ref={heading} class={props.class} tabIndex={-1}>
      {props.children || props.title || <span class="visually-hidden">{t('common.loading')}</span>}
    </h1>
  );
}
