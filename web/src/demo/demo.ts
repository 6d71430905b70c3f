import type { DemoAccount } from '../../../client/index.js';
import type { Language } from '../i18n/language.js';

/**
 * Whether this page belongs to a demo: the gateway marks it. `embedded`: of `npm start`, which starts a node again that a
 * visitor has stopped.
 */
export const demo = document.querySelector<HTMLMetaElement>('meta[name=haggle-demo]')?.content as
  | 'on'
  | 'embedded'
  | undefined;

/** Whether the demo made the account of this address. */
export const isDemoAddress = (email: string | undefined): boolean =>
  email?.endsWith('@demo.haggle.example') === true;

/** Whether this demo person is meant for a visitor who reads this language. */
export const speaks = ({ language = 'ko' }: DemoAccount, wanted: Language): boolean =>
  language === wanted;
