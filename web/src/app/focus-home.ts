/** On a touch screen the box of a room would bring up the keyboard. */
const home = (): HTMLElement | null =>
  (matchMedia('(pointer: coarse)').matches
    ? null
    : document.querySelector<HTMLElement>('.composer-box')) ?? document.querySelector('h1');

/**
 * Gives the focus a place whenever what had it is drawn no more, such as a button that was pressed: the list
 * that it was in, else the box of a room, else the heading of the screen. Browsers would let whoever uses a keyboard begin anew at the top of the page.
 */
export function keepFocus(root: Element): void {
  let last: EventTarget | null = null;
  /** A list or other part that can have the focus itself, in which it was before a dialog opened. */
  let around: HTMLElement | null = null;
  addEventListener('focusin', ({ target }) => {
    last = target;
    if (target instanceof Element && !target.closest('dialog'))
      around = target.closest<HTMLElement>('[tabindex="-1"]:not(main, h1)');
  });
  new MutationObserver(() => {
    if (!(last instanceof Element) || last.isConnected) return;
    last = null;
    // A screen that knows a better place has it first.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        (around?.isConnected ? around : home())?.focus({ preventScroll: true });
      }),
    );
  }).observe(root, { childList: true, subtree: true });
}
