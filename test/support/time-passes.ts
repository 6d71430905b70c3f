import { types } from 'node:util';
import type { TestCluster } from './test-cluster.js';

/** The documents that hold times that count. */
type Aging = 'listings' | 'offers' | 'deals' | 'reviews';

type Stored = { _id: string } & Record<string, unknown>;

/** Moves every time in a document back; to the product it looks as if that much time had passed. */
const earlier = (value: unknown, ms: number): unknown => {
  if (types.isDate(value)) return new Date(value.getTime() - ms);
  if (Array.isArray(value)) return value.map((item) => earlier(item, ms));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, earlier(item, ms)] as const),
  );
};

/** Lets time pass for one of them: nobody else notices. What a timer writes meanwhile is not overwritten. */
export async function timePasses(
  cluster: TestCluster,
  collection: Aging,
  id: string,
  ms: number,
): Promise<void> {
  await cluster.inspect(async (connection) => {
    const stored = connection.collection<Stored>(collection);
    for (let written = 0; written === 0;) {
      const found = (await stored.findOne({ _id: id }))!;
      const { _id: _, ...fields } = found;
      const update = { $set: earlier(fields, ms) as Record<string, unknown> };
      written = (await stored.updateOne(found, update)).matchedCount;
    }
  });
}

/** Lets the appointment of a deal have been at this time. */
export const meetingWas = (cluster: TestCluster, dealId: string, at: Date) =>
  cluster.inspect((connection) =>
    connection
      .collection<{ _id: string }>('deals')
      .updateOne(
        { _id: dealId },
        { $set: { 'steps.$[arranged].appointment.at': at } },
        { arrayFilters: [{ 'arranged.appointment': { $ne: null } }] },
      ),
  );

/** Lets time pass until one of its own times is so far ahead (or, below 0, over). */
export async function timePassesUntil(
  cluster: TestCluster,
  collection: Aging,
  id: string,
  field: 'dueAt' | 'remindAt',
  leftMs: number,
): Promise<void> {
  const stored = await cluster.inspect((connection) =>
    connection.collection<Stored>(collection).findOne({ _id: id }),
  );
  const at = stored?.[field] as Date;
  await timePasses(cluster, collection, id, at.getTime() - Date.now() - leftMs);
}
