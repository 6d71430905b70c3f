import { v7 } from 'uuid';

/** Ids that grow with time: new documents land on the same pages of the `_id` index. */
export const newId = (): string => v7();

/** Where a search for what was written since a time begins, since the clocks of writers differ. */
export const lessAMinute = (time: Date): Date => new Date(Math.max(0, time.getTime() - 60_000));

/** The smallest id that {@link newId} gives at a time, {@link lessAMinute}. */
export const idAt = (time: Date): string => {
  const hex = lessAMinute(time).getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
