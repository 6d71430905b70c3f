import type { ComponentChildren } from 'preact';
import { useLoad } from '../app/use-load.js';
import { Failure } from './failure.js';
import { Loading } from './listed.js';

type Component<Props> = (props: Props) => ComponentChildren;

/** A screen whose code is loaded when somebody opens it: the first page of the app is there sooner without it. */
export function loadedLater<Props extends object>(load: () => Promise<Component<Props>>) {
  let loaded: Component<Props> | undefined;
  return function LoadedLater(props: Props) {
    const { error } = useLoad('code', async () => {
      loaded ??= await load();
    });
    if (loaded) {
      const Screen = loaded;
      return <Screen {...props} />;
    }
    // The build may be gone from the server: only its page knows the names of the new one.
    if (error) return <Failure error={error} onRetry={() => location.reload()} />;
    return <Loading />;
  };
}
