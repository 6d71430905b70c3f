import { randomUUID } from 'node:crypto';
import type { SignedIn } from './people.js';

/** Puts something on sale, within 2 km of the centre of Seoul. Returns the id of the listing. */
export async function sell(port: number, seller: SignedIn, number = 0): Promise<string> {
  const listing = await post(port, '/listings', seller, {
    title: `Bicycle ${number}`,
    description: 'Ridden at weekends',
    price: 100_000,
    category: 'sports',
    location: { latitude: 37.5 + (number % 40) / 4_000, longitude: 127 + (number % 37) / 4_000 },
  });
  return listing.id;
}

/** Opens the conversation about a listing. Returns its id. */
export const open = async (port: number, buyer: SignedIn, listingId: string): Promise<string> =>
  (await post(port, '/conversations', buyer, { listingId })).id;

/** Writes a first message, from which on both sides see the conversation. */
export async function greet(port: number, buyer: SignedIn, conversationId: string): Promise<void> {
  const said = { clientMessageId: randomUUID(), text: 'Is it still there?' };
  await post(port, `/conversations/${conversationId}/messages`, buyer, said);
}

async function post(
  port: number,
  path: string,
  { token }: SignedIn,
  body: object,
): Promise<{ id: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: string };
}
