/**
 * Bounds of chat that the core of the client library itself keeps; the server reads them as part of `limits`. Each is a
 * name of its own, so that an app carries these few numbers and not the whole table.
 */
/** People whose presence one call may ask for, and one socket may watch. */
export const presenceWatch = 100;
/** Known positions in one `sync:pull`. */
export const syncKnown = 100;
/** The other side is told "typing" at most once in this time. */
export const typingEverySeconds = 3;
/** Items of one page of a list, at most. */
export const pageMax = 100;
/** Unread entries are counted up to here; clients show "100+". */
export const unreadCap = 100;
