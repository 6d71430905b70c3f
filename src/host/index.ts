import { Refusal, type request, type view } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Listings } from '../listings/index.js';
import type { Media } from '../media/index.js';
import { inTheNameOf } from '../platform/actor.js';
import { presentPeople, type Caller, type Users } from '../users/index.js';
import { HostKeyStore } from './host-key.store.js';
import { createHostKeys } from './host-keys.js';
import { HostedListingStore } from './hosted-listing.store.js';
import { createPutListing } from './put-listing.js';

export type { HostKeys } from './host-keys.js';
export type HostCommands = ReturnType<typeof createHost>['commands'];

/** Builds the slice: what the server of a host app does, which keeps a copy of its people and listings here. */
export function createHost(
  context: Context,
  below: {
    users: Users;
    listings: Listings;
    media: Media;
    accounts: {
      signIn(userId: string, caller: Caller): Promise<view.SignedIn>;
      deleteAccount(userId: string): Promise<void>;
    };
  },
) {
  const { mongo, clock } = context;
  const { users, listings, accounts } = below;
  const people = users.hostedPeople;
  const hosted = context.store(new HostedListingStore(mongo));
  const keys = createHostKeys({ keys: context.store(new HostKeyStore(mongo)), clock });
  return {
    keys,
    commands: {
      keys,
      async putUser(externalId: string, { nickname }: request.PutHostUser): Promise<view.HostUser> {
        const id = await people.put(externalId, nickname);
        return { externalId, user: (await presentPeople(users.users, [id]))(id) };
      },
      /** None is no error; a token that somebody still has does not make them anew. */
      async removeUser(externalId: string): Promise<void> {
        await people.endTokens(externalId);
        const id = await people.find(externalId);
        if (!id) return;
        await accounts.deleteAccount(id);
        await people.forget(id);
      },
      /** Throws NOT_FOUND, and what an upload throws. */
      async uploadImage(externalId: string, bytes: Buffer): Promise<view.Image> {
        const id = await people.find(externalId);
        if (!id) throw new Refusal('NOT_FOUND', 'No such person is kept here');
        return below.media.uploadFor(id, bytes);
      },
      putListing: createPutListing({ listings, people, hosted, sanctions: users.sanctions, clock }),
      /** None is no error. Throws LISTING_UNAVAILABLE. */
      async removeListing(externalId: string): Promise<void> {
        const id = await hosted.find(externalId);
        const known = id && (await listings.listings.get(id));
        if (known && known.state !== 'removed')
          await listings.commands.remove(inTheNameOf(known.sellerId), known.id);
        if (id) await hosted.forget(externalId, id);
      },
      /** Throws NOT_FOUND, ACCOUNT_SUSPENDED. */
      async mintToken({ externalId }: request.MintHostToken, caller: Caller) {
        const id = await people.find(externalId);
        if (!id) throw new Refusal('NOT_FOUND', 'No such person is kept here');
        return accounts.signIn(id, caller);
      },
    },
  };
}
