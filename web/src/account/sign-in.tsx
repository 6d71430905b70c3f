import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { Sheet } from '../parts/sheet.js';
import { SignInWays } from './sign-in-ways.js';

type Act = () => unknown;

interface SignIn {
  /** Acts at once for who is signed in; asks everybody else to sign in first, and then goes on with it. */
  thenDo: (act: Act) => void;
  /** How often somebody signed in to go on: what a guest was shown is old then. */
  times: number;
}

const Context = createContext<SignIn>({ thenDo: () => undefined, times: 0 });

/** Keeps what a guest wanted to do until they are signed in. */
export function SignInProvider({ children }: { children: ComponentChildren }) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const session = useReadable(client.session);
  const wanted = useRef<Act>(undefined);
  const [asking, setAsking] = useState(false);
  const [times, setTimes] = useState(0);
  const thenDo = (act: Act) => {
    if (client.session.snapshot()) return void act();
    wanted.current = act;
    setAsking(true);
  };
  useEffect(() => {
    const act = wanted.current;
    wanted.current = undefined;
    if (!session || !act) return;
    void Promise.resolve(act()).finally(() => {
      setAsking(false);
      setTimes((before) => before + 1);
    });
  }, [session]);
  const giveUp = () => {
    wanted.current = undefined;
    setAsking(false);
  };
  return (
    <Context.Provider value={{ thenDo, times }}>
      {children}
      {asking && (
        <Sheet title={t('auth.toGoOn')} onClose={giveUp}>
          <SignInWays />
        </Sheet>
      )}
    </Context.Provider>
  );
}

export const useSignIn = (): SignIn => useContext(Context);
