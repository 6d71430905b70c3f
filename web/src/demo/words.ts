import type { Language } from '../i18n/language.js';

/** What only a demo says, so that no other visitor loads it. */
const ko = {
  node: (node: string) => `연결된 노드: ${node}`,
  nodeStory: (node: string) =>
    `이 창은 여러 게이트웨이 가운데 ${node} 노드에 연결되어 있어요. 멈추면 연결이 끊기고, 몇 초 뒤에 노드가 저절로 다시 켜져요. 그동안 쓴 메시지는 기다렸다가 한 번만 도착해요.`,
  stop: '이 노드 멈추기',
  stopped: (node: string) => `${node} 노드를 멈췄어요. 화면 위쪽을 보세요.`,
};

const en: typeof ko = {
  node: (node) => `Connected to ${node}`,
  nodeStory: (node) =>
    `This window hangs on ${node}, one of several gateways. Stop it and the connection breaks; a few seconds later the node is started again by itself. What you write meanwhile waits, and arrives once.`,
  stop: 'Stop this node',
  stopped: (node) => `${node} is stopped. Watch the top of the screen.`,
};

export const demoWords: Record<Language, typeof ko> = { ko, en };
