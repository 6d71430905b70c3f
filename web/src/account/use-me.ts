import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useReadable } from '../app/use-readable.js';

/** Oneself: as the sign-in knew the person, until it is known how they are now. Undefined: nobody is signed in. */
export function useMe() {
  const { client, market } = useHaggle();
  const user = useReadable(client.session)?.user;
  const { value, reload, learn } = useLoad('me', () => market.getMe());
  return { me: value ?? user, reload, learn };
}
