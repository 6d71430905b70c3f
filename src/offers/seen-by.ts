/** The version seen, by `If-Match` or in the body; where the two differ none that there is, since both have to hold. */
export function seenBy<Body extends object>(
  ifVersion: number | undefined,
  body: Body & { version?: number | undefined },
): Body & { version?: number | undefined } {
  if (ifVersion === undefined) return body;
  const both = body.version === undefined || body.version === ifVersion;
  return { ...body, version: both ? ifVersion : -1 };
}
