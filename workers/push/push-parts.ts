import type { WorkerContext } from '../../src/context.js';
import type { Conversations } from '../../src/conversations/index.js';
import type { Notifications } from '../../src/notifications/index.js';
import type { UserStore } from '../../src/users/index.js';

/** What the push role works with. */
export interface PushParts
  extends
    Pick<WorkerContext, 'clock' | 'log' | 'metrics' | 'tracing'>,
    Pick<Conversations, 'messages' | 'inbox'>,
    Pick<Notifications, 'queues' | 'news' | 'devices' | 'deliveries' | 'decisions' | 'facts'> {
  users: UserStore;
  /** The conversations in which each of these people was told of something that they have not read. */
  unread: (userIds: string[], now: Date) => Promise<Map<string, Set<string>>>;
}
