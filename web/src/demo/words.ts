import type { Language } from '../i18n/language.js';

interface Step {
  title: string;
  text: string;
  /** Leads to the other person, in a window of their own. */
  opensOther?: true;
}

/** What only a demo says, so that no other visitor loads it. */
const ko = {
  tour: '둘러보기',
  step: (step: number, of: number) => `${of}단계 중 ${step}단계`,
  next: '다음',
  end: '다 봤어요',
  dismiss: '그만 보기',
  openBuyer: '구매자 창 열기',
  openSeller: '판매자 창 열기',
  buyer: [
    {
      title: '마음에 드는 물건을 고르세요',
      text: '준호님이 올린 물건을 열고 ‘채팅하기’를 누르면 바로 이야기할 수 있어요.',
    },
    {
      title: '값을 제안해 보세요',
      text: '채팅방에서 ‘가격 제안’을 눌러요(‘+’ 안에 있을 수 있어요). 조금 뒤 이웃 수아님도 같은 물건에 값을 제안해요.',
    },
    {
      title: '판매자도 되어 보세요',
      text: '창을 하나 더 열면 제안을 받고, 다른 금액을 부르거나 수락할 수 있어요.',
      opensOther: true,
    },
    {
      title: '노드를 멈춰 보세요',
      text: '화면의 노드 이름을 누르면 멈출 수 있어요. 그사이 쓴 메시지도 한 번만 도착해요.',
    },
  ] as Step[],
  seller: [
    {
      title: '판매자 화면이에요',
      text: '구매자가 말을 걸거나 값을 제안하면 ‘채팅’에 바로 나타나요.',
    },
    {
      title: '구매자도 되어 보세요',
      text: '창을 하나 더 열고 준호님 물건에 말을 걸어 보세요. 이웃 수아님도 곧 값을 제안해요.',
      opensOther: true,
    },
    {
      title: '제안을 견주어 보세요',
      text: '내 물건의 ‘받은 제안’에서 여러 사람의 금액을 나란히 보고 고를 수 있어요.',
    },
    {
      title: '노드를 멈춰 보세요',
      text: '화면의 노드 이름을 누르면 멈출 수 있어요. 그사이 온 소식은 다시 이어질 때 모두 도착해요.',
    },
  ] as Step[],
  node: (node: string) => `연결된 노드: ${node}`,
  nodeStory: (node: string) =>
    `이 창은 여러 게이트웨이 가운데 ${node} 노드에 연결되어 있어요. 멈추면 연결이 끊기고, 몇 초 뒤에 노드가 저절로 다시 켜져요. 그동안 쓴 메시지는 기다렸다가 한 번만 도착해요.`,
  stop: '이 노드 멈추기',
  stopped: (node: string) => `${node} 노드를 멈췄어요. 화면 위쪽을 보세요.`,
};

const en: typeof ko = {
  tour: 'Guided tour',
  step: (step, of) => `Step ${step} of ${of}`,
  next: 'Next',
  end: 'Done',
  dismiss: 'Close the tour',
  openBuyer: 'Open the buyer’s window',
  openSeller: 'Open the seller’s window',
  buyer: [
    {
      title: 'Pick something you like',
      text: 'Open a thing that Jack sells and press “Chat”: you can talk at once.',
    },
    {
      title: 'Offer a price',
      text: 'Press “Offer” in the chat (or “+” first). A little later Olivia, a neighbour, bids for the same thing.',
    },
    {
      title: 'Be the seller, too',
      text: 'In a second window you get the offers, and counter or accept them.',
      opensOther: true,
    },
    {
      title: 'Stop the node',
      text: 'Press the name of the node on the screen. What you write meanwhile arrives, and once.',
    },
  ],
  seller: [
    {
      title: 'This is the seller’s side',
      text: 'Whoever talks to you or offers a price shows up under “Chats” at once.',
    },
    {
      title: 'Be the buyer, too',
      text: 'Open a second window and ask about one of Jack’s things. Olivia, a neighbour, bids soon after.',
      opensOther: true,
    },
    {
      title: 'Compare the offers',
      text: '“Offers” of your listing puts the amounts side by side.',
    },
    {
      title: 'Stop the node',
      text: 'Press the name of the node on the screen. All news is there when the page is back.',
    },
  ],
  node: (node) => `Connected to ${node}`,
  nodeStory: (node) =>
    `This window hangs on ${node}, one of several gateways. Stop it and the connection breaks; a few seconds later the node is started again by itself. What you write meanwhile waits, and arrives once.`,
  stop: 'Stop this node',
  stopped: (node) => `${node} is stopped. Watch the top of the screen.`,
};

export const demoWords: Record<Language, typeof ko> = { ko, en };
