import { Refusal } from '../contract/index.js';

/** What a command finds; null for what is not there, which a page says in its own words. */
export async function orNull<T>(wanted: Promise<T>): Promise<T | null> {
  try {
    return await wanted;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
