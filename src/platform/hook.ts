/**
 * Something that happens in one slice and that slices above it act on. They ask to be called, so that the slice below
 * knows nothing of them.
 */
export class Hook<T, R = void> {
  private readonly handlers: ((value: T) => R | Promise<R>)[] = [];

  on(handler: (value: T) => R | Promise<R>): void {
    this.handlers.push(handler);
  }

  /** One handler after another, in the order in which they asked. Rejects as soon as one does. */
  async run(value: T): Promise<R[]> {
    const answers: R[] = [];
    for (const handler of this.handlers) answers.push(await handler(value));
    return answers;
  }
}
