/** People beside the demo accounts, so that the feed is not one person's. Example addresses only. */
export const neighbours = {
  sua: { nickname: '수아', email: 'sua@demo.haggle.example', password: 'haggle-demo-neighbour' },
  hajun: {
    nickname: '하준',
    email: 'hajun@demo.haggle.example',
    password: 'haggle-demo-neighbour',
  },
  olivia: {
    nickname: 'Olivia',
    email: 'olivia@demo.haggle.example',
    password: 'haggle-demo-neighbour',
  },
  eunji: {
    nickname: '은지',
    email: 'eunji@demo.haggle.example',
    password: 'haggle-demo-neighbour',
  },
};
