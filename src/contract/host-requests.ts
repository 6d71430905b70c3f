import { z } from 'zod';
import { Nickname } from './account-requests.js';
import { limits } from './limits.js';
import {
  Amount,
  Coordinates,
  Currency,
  imageIds,
  optionalText,
  writtenLine,
} from './primitives.js';
import { Category } from './views.js';

/** The id that the host app has for a person or a listing. */
export const ExternalId = z
  .string()
  .regex(/^[\w.:@~-]{1,128}$/, 'must be 1 to 128 letters, digits or . : @ ~ _ -')
  .meta({ id: 'ExternalId', examples: ['user-4711'] });

export const PutHostUser = z.strictObject({ nickname: Nickname });
export const MintHostToken = z.strictObject({ externalId: ExternalId });
export const PutHostListing = z.strictObject({
  sellerExternalId: ExternalId.describe('Kept here before; a listing stays with its seller'),
  title: writtenLine(limits.titleLength),
  description: optionalText(limits.descriptionLength),
  price: Amount.describe('0: a give-away'),
  currency: Currency.default('KRW'),
  category: Category,
  imageIds: imageIds(limits.imagesPerListing)
    .optional()
    .describe(
      'Uploaded before for its seller (`uploadHostImage`): all that it is to have, in order, the first is the cover. ' +
        'Left out: they stay as they are',
    ),
  location: Coordinates.optional(),
  state: z.enum(['onSale', 'hidden', 'sold']).default('onSale'),
});

export type PutHostUser = z.infer<typeof PutHostUser>;
export type MintHostToken = z.infer<typeof MintHostToken>;
export type PutHostListing = z.infer<typeof PutHostListing>;
