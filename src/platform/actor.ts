/** Who acts, as the door proved it. Commands trust nothing else about the caller. */
export interface Actor {
  userId: string;
  sessionId: string;
  /** Set at the socket door: what this socket did is not echoed to it. */
  socketId?: string;
}

/** A person in whose name something is done without a session of theirs: an export, an erasure, a host app. */
export const inTheNameOf = (userId: string): Actor => ({ userId, sessionId: '' });

/** Who shows no token: blocks nobody, owns nothing and is not counted as a person. */
export const guest: Actor = { userId: '', sessionId: '' };

export const isGuest = (userId: string): boolean => userId === guest.userId;
