/** `node to-openapi-3.0.mjs FROM TO`: what openapi-down-convert leaves of 3.1, and progenitor cannot read. */
import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
const document = JSON.parse(readFileSync(from, 'utf8'), (_, value) => {
  if (value?.anyOf?.at(-1)?.type !== 'null') return value;
  const { anyOf, ...rest } = value;
  return { ...rest, nullable: true, allOf: anyOf.slice(0, -1) };
});
// Multipart is not taken.
delete document.paths['/v1/images'].post;
// Refusals of two forms are not taken: health and readiness have one of their own.
for (const path of ['/healthz', '/readyz']) delete document.paths[path];
writeFileSync(to, JSON.stringify(document));
