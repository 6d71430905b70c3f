/** For a team with accounts and a catalogue of its own: its server keeps a copy of both here, with a server key. */
import { z } from 'zod';
import { accountLimits } from '../account-limits.js';
import { limits } from '../limits.js';
import { Id, page, writtenLine } from '../primitives.js';
import * as request from '../requests.js';
import * as view from '../views.js';
import { endpointsOf } from './endpoint.js';

const host = endpointsOf('host', 'host');
const admin = endpointsOf('admin', 'admin');

const ByExternalId = z.strictObject({ externalId: request.ExternalId });
const ById = z.strictObject({ id: Id });

export const hostEndpoints = {
  putHostUser: host.put('/host/users/:externalId', {
    summary: 'Keep a person of the host app here: makes them, or changes the nickname',
    scope: 'users',
    params: ByExternalId,
    body: request.PutHostUser,
    reply: view.HostUser,
  }),
  removeHostUser: host.delete('/host/users/:externalId', {
    summary: 'Delete a person of the host app, as `deleteAccount` does; none is no error',
    scope: 'users',
    params: ByExternalId,
  }),
  uploadHostImage: host.post('/host/users/:externalId/images', {
    summary: 'Upload a photo for a listing of this person: as `uploadImage` takes them',
    description:
      'multipart/form-data, field `image`. Not counted against the hourly bound of people; all keys have one line, and ' +
      'one share of memory. `UNAVAILABLE` or `RATE_LIMITED` while it is full, worth a retry. One image belongs to one listing; ' +
      `one that no listing used is deleted after ${limits.imageUnusedHours} hours.`,
    scope: 'listings',
    params: ByExternalId,
    upload: 'image',
    success: [201],
    reply: view.Image,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_TYPE'],
  }),
  putHostListing: host.put('/host/listings/:externalId', {
    summary: 'Keep a listing of the host app here: makes it, or changes what differs',
    description:
      'While a deal is open, title, photos, category and price stand, as for everybody (`LISTING_UNAVAILABLE`). ' +
      '`sold` says that it was sold elsewhere. Who is suspended or banned sells nothing (`ACCOUNT_SUSPENDED`).',
    scope: 'listings',
    params: ByExternalId,
    body: request.PutHostListing,
    reply: view.Listing,
    errors: ['NOT_FOUND', 'ACCOUNT_SUSPENDED', 'LISTING_UNAVAILABLE'],
  }),
  removeHostListing: host.delete('/host/listings/:externalId', {
    summary: 'Remove a listing of the host app; none is no error',
    scope: 'listings',
    params: ByExternalId,
    errors: ['LISTING_UNAVAILABLE'],
  }),
  mintHostToken: host.post('/host/tokens', {
    summary: 'Sign a person of the host app in: the answer is that of `logIn`, for their device',
    scope: 'tokens',
    body: request.MintHostToken,
    success: [201],
    reply: view.SignedIn,
    errors: ['NOT_FOUND', 'ACCOUNT_SUSPENDED'],
  }),
  createHostKey: admin.post('/admin/host-keys', {
    summary: 'Make a server key; the secret is shown this once',
    body: z.strictObject({ name: writtenLine(60), scopes: view.HostScopes }),
    success: [201],
    reply: view.NewHostKey,
  }),
  listHostKeys: admin.get('/admin/host-keys', {
    summary: 'Server keys, newest first, without their secrets',
    reply: page(view.HostKey),
  }),
  rotateHostKey: admin.post('/admin/host-keys/:id/rotate', {
    summary: `Give a server key a new secret; those before work for ${accountLimits.hostKeyGraceHours} more hours each`,
    params: ById,
    success: [200],
    reply: view.NewHostKey,
    errors: ['NOT_FOUND'],
  }),
  endHostKey: admin.delete('/admin/host-keys/:id', {
    summary: 'End a server key and all its secrets at once',
    params: ById,
    errors: ['NOT_FOUND'],
  }),
} as const;
