/**
 * Does something, says so (`done`), and shows what is there then: also after a refusal, since somebody else may have
 * acted.
 */
export type Act = (does: () => Promise<unknown>, done?: string) => Promise<void>;
