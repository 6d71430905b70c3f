import { useMemo } from 'preact/hooks';
import { createModerationApi } from '../../../client/moderation.js';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';

/** What moderators may ask of the gateway, and who one is. */
export function useModeration() {
  const { client } = useHaggle();
  const me = useReadable(client.session)?.user.id ?? '';
  const moderation = useMemo(() => createModerationApi(client), [client]);
  return { moderation, me };
}
