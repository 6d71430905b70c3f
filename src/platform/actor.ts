/** Who acts, as the door proved it. Commands trust nothing else about the caller. */
export interface Actor {
  userId: string;
  sessionId: string;
  /** Set at the socket door: what this socket did is not echoed to it. */
  socketId?: string;
}
