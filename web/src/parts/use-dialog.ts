import { useLayoutEffect, useRef } from 'preact/hooks';
import { sheetOpened } from '../app/sheets-in-history.js';

/** For a modal dialog that is open as long as it is drawn; the browser's way back calls `onClose`. */
export function useDialog(onClose: () => void) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    const gone = sheetOpened(() => close.current());
    return () => {
      element?.close();
      gone();
    };
  }, []);
  return dialog;
}
