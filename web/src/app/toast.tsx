import { createContext, type ComponentChildren } from 'preact';
import { useCallback, useContext, useRef, useState } from 'preact/hooks';

const shownMs = 4_000;
const Context = createContext<(text: string) => void>(() => undefined);

/** Short notes at the bottom of the screen, read out by screen readers. */
export function ToastProvider({ children }: { children: ComponentChildren }) {
  const [text, setText] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = useCallback((next: string) => {
    clearTimeout(timer.current);
    setText(next);
    timer.current = setTimeout(() => setText(''), shownMs);
  }, []);
  return (
    <Context.Provider value={show}>
      {children}
      <div class="toasts" role="alert">
        {text && <p class="toast">{text}</p>}
      </div>
    </Context.Provider>
  );
}

export const useToast = () => useContext(Context);
