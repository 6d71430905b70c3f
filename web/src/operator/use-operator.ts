import { useMemo } from 'preact/hooks';
import { createOperatorApi } from '../../../client/operator.js';
import { useHaggle } from '../app/haggle-context.js';

/** What operators may ask of the gateway. */
export function useOperator() {
  const { client } = useHaggle();
  return useMemo(() => createOperatorApi(client), [client]);
}
