import { randomUUID } from 'node:crypto';

/** Fields whose value means nothing by itself, or may be said in other words tomorrow. */
const openFields: Record<string, string> = {
  createdAt: '<some time>',
  editedAt: '<some time>',
  serverTime: '<some time>',
  expiresAt: '<some time>',
  at: '<some time>',
  lastActiveAt: '<some time>',
  fallbackText: '<some words>',
  message: '<some words>',
  detail: '<some words>',
  instance: '<some words>',
  traceId: '<some words>',
  nickname: '<some words>',
  cursor: '<some cursor>',
  nextCursor: '<some cursor>',
  epoch: '<some words>',
  nodeId: '<some words>',
  reconnectInMs: '<some number>',
  retryAfterMs: '<some number>',
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What the names in the samples stand for in this conversation. */
export class Names {
  private readonly values = new Map<string, string>();

  is(name: string, value: string): void {
    this.values.set(name, value);
  }

  /** What a client of today sends; the ids of its intents are made up as they are met. */
  fill<T>(sample: T): T {
    return walk(sample, (text) =>
      text.replace(/<([^<>]+)>/g, (_, name: string) => {
        if (!this.values.has(name) && name.startsWith('intent')) this.is(name, randomUUID());
        const value = this.values.get(name);
        if (value === undefined) throw new Error(`nobody knows yet what <${name}> is`);
        return value;
      }),
    ) as T;
  }

  /** For the record: values that are of this conversation only become names, new ones where they have none. */
  hide(answer: unknown, field = ''): unknown {
    if (Array.isArray(answer)) return answer.map((one) => this.hide(one));
    if (typeof answer === 'object' && answer !== null)
      return Object.fromEntries(
        Object.entries(answer).map(([key, value]) =>
          field === 'limits' ? [key, '<some number>'] : [this.hide(key), this.hide(value, key)],
        ),
      );
    const open = openFields[field];
    if (open && (typeof answer === 'string' || typeof answer === 'number')) return open;
    if (typeof answer !== 'string') return answer;
    for (const [name, value] of this.values) if (value === answer) return `<${name}>`;
    if (!uuid.test(answer)) return answer;
    const name = `id ${this.values.size}`;
    this.is(name, answer);
    return `<${name}>`;
  }

  /**
   * What a client of the frozen protocol would miss in today's answer: each field of the sample must be there and mean
   * the same. More than that is welcome. A name that is met for the first time is learnt.
   */
  missing(frozen: unknown, today: unknown, where = ''): string[] {
    if (Array.isArray(frozen)) {
      if (!Array.isArray(today)) return [`${where} is no list`];
      if (frozen.length !== today.length)
        return [`${where} has ${today.length} members instead of ${frozen.length}`];
      return frozen.flatMap((one, index) => this.missing(one, today[index], `${where}[${index}]`));
    }
    if (typeof frozen === 'object' && frozen !== null) {
      if (typeof today !== 'object' || today === null) return [`${where} is no object`];
      return Object.entries(frozen).flatMap(([key, value]) => {
        const name = this.fill(key);
        if (!(name in today)) return [`${where}.${key} is gone`];
        return this.missing(value, (today as Record<string, unknown>)[name], `${where}.${key}`);
      });
    }
    const wrong = `${where} is ${JSON.stringify(today)} instead of ${JSON.stringify(frozen)}`;
    const name = typeof frozen === 'string' ? /^<(.+)>$/.exec(frozen)?.[1] : undefined;
    if (name === undefined) return frozen === today ? [] : [wrong];
    if (name === 'some number') return typeof today === 'number' ? [] : [wrong];
    if (typeof today !== 'string') return [wrong];
    if (name === 'some time') return Number.isNaN(Date.parse(today)) ? [wrong] : [];
    if (name.startsWith('some ')) return [];
    if (!this.values.has(name)) this.is(name, today);
    return this.values.get(name) === today ? [] : [wrong];
  }
}

function walk(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => walk(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [change(key), walk(one, change)]),
  );
}
