import type { view } from '../contract/index.js';

/**
 * The people of the demo, a buyer and a seller for each language. Their passwords are public: the settings refuse the demo anywhere but on loopback.
 * Seeded through the public sign-up by the embedded default, shown by its banner and by `GET /v1/demo/accounts`.
 */
export const demoAccounts: readonly view.DemoAccount[] = [
  {
    role: 'buyer',
    language: 'ko',
    nickname: '민지',
    email: 'minji@demo.haggle.example',
    password: 'haggle-demo-buyer',
  },
  {
    role: 'seller',
    language: 'ko',
    nickname: '준호',
    email: 'junho@demo.haggle.example',
    password: 'haggle-demo-seller',
  },
  {
    role: 'buyer',
    language: 'en',
    nickname: 'Emma',
    email: 'emma@demo.haggle.example',
    password: 'haggle-demo-buyer',
  },
  {
    role: 'seller',
    language: 'en',
    nickname: 'Jack',
    email: 'jack@demo.haggle.example',
    password: 'haggle-demo-seller',
  },
];

/** Whether this is one of them, by the address. */
export const isDemoPerson = ({ email }: { email: string }): boolean =>
  demoAccounts.some((account) => account.email === email);
