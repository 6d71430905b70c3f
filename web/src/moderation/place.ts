/** Where one is in the moderators' area. */
export interface Place {
  list: 'reports' | 'contests';
  /** What is looked at: a report, or the deal of a contest. */
  id?: string | undefined;
}
