import type { Refusal } from '../contract/index.js';

/** A refusal as the socket door sends it, in an acknowledgement and in `connect_error`. */
export function refusalFields({ code, retryable, details }: Refusal) {
  const { errors, current, retryAfterMs } = details;
  const hasDetails = errors !== undefined || current !== undefined;
  return {
    code,
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) }),
    ...(hasDetails
      ? {
          details: {
            ...(errors ? { errors } : {}),
            ...(current === undefined ? {} : { current }),
          },
        }
      : {}),
  };
}
