import { expect, test } from '@jest/globals';
import { demoListings } from '../../scripts/seed/listings.js';
import { neighbours } from '../../scripts/seed/neighbours.js';
import { request } from '../../src/contract/index.js';

test('the demo data is what the API accepts', () => {
  for (const person of Object.values(neighbours)) request.SignUp.parse(person);
  for (const listing of demoListings) {
    const body: Record<string, unknown> = { ...listing };
    delete body.seller;
    delete body.pictures;
    request.CreateListing.parse(body);
  }
});

test('the feed has enough to look at, and something to give away', () => {
  expect(demoListings.length).toBeGreaterThanOrEqual(12);
  expect(demoListings.filter(({ price }) => price === 0).length).toBeGreaterThan(0);
  expect(demoListings.filter(({ seller }) => seller === 'seller').length).toBeGreaterThan(2);
});

test('every demo listing has a picture of its own', () => {
  const pictures = demoListings.flatMap((listing) => listing.pictures);
  expect(demoListings.filter((listing) => listing.pictures.length === 0)).toEqual([]);
  expect(new Set(pictures.map((picture) => JSON.stringify(picture))).size).toBe(pictures.length);
});
