import type { Request } from 'express';
import { endpoints, type Endpoint } from '../contract/index.js';

/** Fixed paths come before those with parameters: `/me` is not the user called me. */
const table = Object.values(endpoints)
  .map((endpoint: Endpoint) => ({
    endpoint,
    pattern: new RegExp(`^${endpoint.path.replace(/:\w+/g, '[^/]+')}/?$`),
    variables: endpoint.path.split(':').length,
  }))
  .sort((a, b) => a.variables - b.variables);

/** What the contract says of a request under `/v1`, before its body is read; undefined for what it does not know. */
export function endpointAt({ method, path }: Request): Endpoint | undefined {
  const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
  return table.find(({ endpoint, pattern }) => endpoint.method === wanted && pattern.test(path))
    ?.endpoint;
}
