import { afterAll, expect, jest, test } from '@jest/globals';
import { createHaggleClient } from '../../client/index.js';
import { createMockGateway } from '../../client/testing/index.js';
import { eventually } from '../support/eventually.js';
import { openPage } from '../support/page.js';

const page = openPage();
const preact = await import('preact/compat');
jest.unstable_mockModule('react', () => preact);
const { HaggleProvider, useConversation, useConnection } =
  await import('../../client/react/index.js');

afterAll(() => page.close());

test('the hooks work with preact/compat in place of React', async () => {
  const gateway = createMockGateway();
  const [minji, junho] = [gateway.addPerson('민지'), gateway.addPerson('준호')];
  const id = gateway.addConversation({ buyer: minji, seller: junho });
  const client = createHaggleClient(gateway.options(minji));
  const Room = () => {
    const { entries } = useConversation(id);
    return preact.createElement('p', null, [
      useConnection().phase,
      ...entries.map(({ message }) => ` ${message.text}`),
    ]);
  };
  // Preact's own types: the hooks are typed for React.
  const Provider = HaggleProvider as unknown as preact.FunctionComponent<{ client: unknown }>;
  const room = preact.createElement(Room, null);
  preact.render(preact.createElement(Provider, { client }, room), page.root);
  await eventually('is live', () => page.root.textContent === 'live');
  junho.says(id, '안녕하세요');
  await eventually('the message is drawn', () => page.root.textContent === 'live 안녕하세요');
  preact.render(null, page.root);
  await eventually('it has left', () => gateway.sockets(minji) === 0);
  expect(client.state.snapshot().phase).toBe('idle');
  client.close();
  gateway.close();
});
