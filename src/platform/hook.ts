/**
 * Something that happens in one slice and that slices above it act on. They register themselves, so that the slice
 * below knows nothing of them.
 */
export class Hook<T, R = void> {
  private readonly handlers: ((value: T) => R | Promise<R>)[] = [];

  on(handler: (value: T) => R | Promise<R>): void {
    this.handlers.push(handler);
  }

  /** Registers one that runs before the others, whose failure must not keep it from what it does. */
  first(handler: (value: T) => R | Promise<R>): void {
    this.handlers.unshift(handler);
  }

  /** Runs the handlers one after another, in the order in which they registered. Rejects as soon as one does. */
  async run(value: T): Promise<R[]> {
    const answers: R[] = [];
    for (const handler of this.handlers) {
      const answer = handler(value);
      answers.push(answer instanceof Promise ? await answer : answer);
    }
    return answers;
  }
}
