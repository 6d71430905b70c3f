/** Something that is to happen at its time. */
export interface Due {
  id: string;
  at: Date;
}

/** One kind of thing that time does. */
export interface Timer {
  /** In job ids and metrics: lower case and dashes. */
  readonly name: string;
  /** What falls due until a time, or is overdue, the earliest first. Read from an index, not from Redis. */
  due(until: Date, limit: number): Promise<Due[]>;
  /**
   * Does what is due. Called by a job, by the sweeper, or by several at once: it looks at the database and does
   * nothing twice or early. False: there was nothing to do.
   */
  act(id: string): Promise<boolean>;
}
