/**
 * One conversation in React Native. `crypto.randomUUID` is not there on a phone, hence `newId`: expo-crypto's, or one
 * made from react-native-get-random-values.
 */
import { createHaggleClient, type AppState, type OutboxStorage } from '@haggle/client';
import { HaggleProvider, useConnection, useConversation } from '@haggle/client/react';
import AsyncStorage from '@react-native-async-storage/async-storage';
import NetInfo from '@react-native-community/netinfo';
import { randomUUID } from 'expo-crypto';
import { useState } from 'react';
import { AppState as Phone, FlatList, Text, TextInput } from 'react-native';

/** Four functions: messages that are not confirmed survive the end of the app. */
const outbox: OutboxStorage = {
  load: async (userId) => {
    const keys = (await AsyncStorage.getAllKeys()).filter((key) => key.startsWith('outbox:'));
    const found = (await AsyncStorage.multiGet(keys)).flatMap(([, text]) => text ?? []);
    return found.map(parsed).filter((message) => message.userId === userId);
  },
  put: (message) =>
    AsyncStorage.setItem(`outbox:${message.clientMessageId}`, JSON.stringify(message)),
  remove: (clientMessageId) => AsyncStorage.removeItem(`outbox:${clientMessageId}`),
  clear: async (userId) => {
    for (const { clientMessageId } of await outbox.load(userId))
      await outbox.remove(clientMessageId);
  },
};
const parsed = (text: string) => JSON.parse(text) as Parameters<OutboxStorage['put']>[0];

/** What a phone knows sooner than a socket does. */
const onPhone = (listener: () => void) => {
  const watch = Phone.addEventListener('change', (state) => {
    if (state === 'active') listener();
  });
  return () => watch.remove();
};
const onNetwork = (wanted: boolean) => (listener: () => void) =>
  NetInfo.addEventListener(({ isConnected }) => {
    if (isConnected === wanted) listener();
  });
const appState: AppState = {
  onActive: onPhone,
  onOnline: onNetwork(true),
  onOffline: onNetwork(false),
};

/** Made once, outside of the tree. */
const client = createHaggleClient({
  url: 'https://chat.example',
  getToken: async () => (await fetch('https://api.example/chat-token')).text(),
  newId: randomUUID,
  outbox,
  appState,
});

export default function App({ conversationId }: { conversationId: string }) {
  return (
    <HaggleProvider client={client}>
      <Room id={conversationId} />
    </HaggleProvider>
  );
}

function Room({ id }: { id: string }) {
  const { entries, pending, room } = useConversation(id);
  const { phase } = useConnection();
  const [text, setText] = useState('');
  const rows = [
    ...entries.map(({ key, message }) => ({ key, text: message.text ?? message.fallbackText })),
    ...pending.map((one) => ({ key: one.clientMessageId, text: `… ${one.text ?? ''}` })),
  ];
  const send = () => {
    if (text.trim() !== '') room.send({ text });
    setText('');
  };
  return (
    <>
      {phase !== 'live' && <Text>{phase}</Text>}
      <FlatList data={rows} renderItem={({ item }) => <Text>{item.text}</Text>} />
      <TextInput value={text} onChangeText={setText} onSubmitEditing={send} />
    </>
  );
}
