/** One deadline. */
export interface Due {
  id: string;
  at: Date;
}

/** One kind of deadline, and what is done then. */
export interface Timer {
  /** Its name in job ids and metrics: lower case and dashes. */
  readonly name: string;
  /** The deadlines until a time, overdue ones too, earliest first. Read from an index, not from Redis. */
  due(until: Date, limit: number): Promise<Due[]>;
  /**
   * Acts on a deadline. A job, the sweeper, or several of them at once may call it: it looks at the database and acts
   * neither twice nor too early. False: there was nothing to do.
   */
  act(id: string): Promise<boolean>;
}
