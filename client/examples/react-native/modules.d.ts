/** The few words of React Native that App.tsx says, so that its types are checked without installing it. */
declare module 'react-native' {
  import type { ComponentType, ReactElement } from 'react';
  export const AppState: {
    addEventListener(
      event: 'change',
      listener: (state: 'active' | 'background' | 'inactive') => void,
    ): { remove(): void };
  };
  export const Text: ComponentType<{ children?: unknown }>;
  export const TextInput: ComponentType<{
    value: string;
    onChangeText: (text: string) => void;
    onSubmitEditing: () => void;
  }>;
  export function FlatList<T>(props: {
    data: readonly T[];
    renderItem: (row: { item: T }) => ReactElement;
  }): ReactElement;
}

declare module '@react-native-async-storage/async-storage' {
  const AsyncStorage: {
    getAllKeys(): Promise<readonly string[]>;
    multiGet(keys: readonly string[]): Promise<readonly (readonly [string, string | null])[]>;
    setItem(key: string, value: string): Promise<void>;
    removeItem(key: string): Promise<void>;
  };
  export default AsyncStorage;
}

declare module '@react-native-community/netinfo' {
  const NetInfo: {
    addEventListener(listener: (state: { isConnected: boolean | null }) => void): () => void;
  };
  export default NetInfo;
}

declare module 'expo-crypto' {
  export function randomUUID(): string;
}
