/**
 * Whether this page belongs to a demo: the gateway marks it. `embedded`: of `npm start`, which starts a node again that a
 * visitor has stopped.
 */
export const demo = document.querySelector<HTMLMetaElement>('meta[name=haggle-demo]')?.content as
  | 'on'
  | 'embedded'
  | undefined;
