/**
 * Whether this node hears what others publish over Redis. Deaf, it can trust nothing that is kept fresh by news:
 * caches with such entries look again, and the log is read from the database as it is written.
 */
export interface Hearing {
  readonly deaf: boolean;
  /** Calls back at every change, with the new state. */
  onChange(listener: (deaf: boolean) => void): void;
}
