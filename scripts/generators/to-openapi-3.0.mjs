/** `node to-openapi-3.0.mjs FROM TO`: what openapi-down-convert leaves of 3.1, and progenitor cannot read. */
import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
const document = JSON.parse(readFileSync(from, 'utf8'), (_, value) => {
  // Multipart is not taken.
  if (value?.requestBody?.content['multipart/form-data']) return undefined;
  // Refusals of two forms are not taken, and this one has no body.
  if (value?.responses) delete value.responses[416];
  if (value?.anyOf?.at(-1)?.type !== 'null') return value;
  const { anyOf, ...rest } = value;
  return { ...rest, nullable: true, allOf: anyOf.slice(0, -1) };
});
// Health and readiness refuse in a form of their own.
for (const path of ['/healthz', '/readyz']) delete document.paths[path];
writeFileSync(to, JSON.stringify(document));
