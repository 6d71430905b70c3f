import type { view } from '../contract/index.js';

/** Stands in for somebody whose account is gone. */
export const gonePerson = (id: string): view.User => ({
  id,
  nickname: '(알 수 없음)',
  createdAt: new Date(0).toISOString(),
  deleted: true,
});
