import { createContext, createElement, useContext, useEffect, type ReactNode } from 'react';
import type { HaggleClient } from '../create-haggle-client.js';

const Context = createContext<HaggleClient | null>(null);

/** Mounted providers of each client: there may be more than one, in more than one root. */
const mounted = new WeakMap<HaggleClient, number>();

/**
 * Gives the client to the hooks below it, and keeps it connected while it is mounted. The client is made outside of
 * the tree, once; who signs in or out calls the client itself.
 */
export function HaggleProvider(props: { client: HaggleClient; children?: ReactNode }) {
  const { client, children } = props;
  useEffect(() => keepConnected(client), [client]);
  return createElement(Context.Provider, { value: client }, children);
}

/** The client itself. Throws outside of a {@link HaggleProvider}. */
export function useHaggle(): HaggleClient {
  const client = useContext(Context);
  if (!client) throw new Error('There is no <HaggleProvider> around this component');
  return client;
}

function keepConnected(client: HaggleClient): () => void {
  count(client, 1);
  client.connect();
  return () => {
    count(client, -1);
    // A moment later: strict mode, and a tree that moves, mount again at once and need no second socket.
    queueMicrotask(() => {
      if (mounted.get(client) === 0) client.disconnect();
    });
  };
}

function count(client: HaggleClient, change: number): void {
  mounted.set(client, (mounted.get(client) ?? 0) + change);
}
