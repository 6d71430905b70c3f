import { useEffect, useRef } from 'preact/hooks';

/** How long a finger has to stay (ms), and how far it may tremble (CSS px). */
const holdMs = 450;
const trembles = 10;

/**
 * Handlers of an element for a finger that stays on it, and for the key that opens menus. The button of a mouse keeps the
 * browser's own menu, which copies links and pictures.
 */
export function useLongPress(act: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const held = useRef(false);
  const stop = () => clearTimeout(timer.current);
  useEffect(() => stop, []);
  const hold = () => {
    stop();
    held.current = true;
    act();
  };
  return {
    onTouchStart: ({ touches: [finger, second] }: TouchEvent) => {
      stop();
      held.current = false;
      if (!finger || second) return;
      start.current = { x: finger.clientX, y: finger.clientY };
      timer.current = setTimeout(hold, holdMs);
    },
    onTouchMove: ({ touches: [finger] }: TouchEvent) => {
      const { x, y } = start.current;
      if (finger && Math.hypot(finger.clientX - x, finger.clientY - y) > trembles) stop();
    },
    onTouchEnd: (event: TouchEvent) => {
      stop();
      // Else the click of the finger that leaves would fall on the menu.
      if (held.current) event.preventDefault();
      held.current = false;
    },
    onTouchCancel: stop,
    onContextMenu: (event: MouseEvent) => {
      const { pointerType, button } = event as PointerEvent;
      if (pointerType === 'mouse' && button === 2) return;
      event.preventDefault();
      if (!held.current) hold();
      if (pointerType !== 'touch') held.current = false;
    },
  };
}
