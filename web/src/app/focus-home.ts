/** On a touch screen the box of a room would bring up the keyboard. */
const home = (): HTMLElement | null =>
  (matchMedia('(pointer: coarse)').matches
    ? null
    : document.querySelector<HTMLElement>('.composer-box')) ?? document.querySelector('h1');

/**
 * Gives the focus a place whenever what had it is drawn no more, such as a button that was pressed: the box of a room,
 * else the heading of the screen. Browsers would let whoever uses a keyboard begin anew at the top of the page.
 */
export function keepFocus(root: Element): void {
  let last: EventTarget | null = null;
  addEventListener('focusin', ({ target }) => {
    last = target;
  });
  new MutationObserver(() => {
    if (!(last instanceof Element) || last.isConnected) return;
    last = null;
    if (document.activeElement === document.body) home()?.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true });
}
