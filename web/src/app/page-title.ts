import { useEffect } from 'preact/hooks';

let screen = '';
let unread = 0;

/** The tab says how much is waiting, also while another one is looked at, and which screen it shows. */
const write = () => {
  const name = screen === '' ? 'Haggle' : `${screen} · Haggle`;
  document.title = unread > 0 ? `(${unread}) ${name}` : name;
};

/** Names the screen in the tab and the history for as long as it is shown. */
export function useScreenTitle(title: string): void {
  useEffect(() => {
    screen = title;
    write();
    return () => {
      screen = '';
      write();
    };
  }, [title]);
}

export function useUnreadInTitle(count: number): void {
  useEffect(() => {
    unread = count;
    write();
    // On the icon of an installed app.
    void navigator.setAppBadge?.(count).catch(() => undefined);
  }, [count]);
}
