import type { roomKo } from './room-ko.js';

export const roomEn: typeof roomKo = {
  'message.menu': 'Message menu',
  'message.reply': 'Reply',
  'message.copy': 'Copy',
  'message.copied': 'Copied.',
  'message.notCopied': 'It could not be copied.',
  'message.editTitle': 'Change the message',
  'message.you': 'You',
  'message.earlier': 'An earlier message',
  'message.toOriginal': (said) => `Go to the message it answers: ${said}`,
  'message.notThere': 'That message could not be loaded.',
  'message.replyingTo': (name) => `Reply to ${name}`,
  'room.numberCaution': 'A phone or account number may be used for fraud. Keep talking here.',
  'message.photoOf': (name, n, all) =>
    `${name === undefined ? 'Your photo' : `Photo by ${name}`}${all > 1 ? `, ${n} of ${all}` : ''}`,
  'room.more': 'Send something else',
  'room.dropPhotos': 'Drop the photos here.',
  'room.menu': 'Chat menu',
  'room.profile': 'See the profile',
  'room.search': 'Search in this chat',
  'room.searchHint': 'Words to look for',
  'room.lastSeen': (ago) => `Active ${ago}`,
  'room.leave': 'Leave the chat',
  'room.leaveAsk': 'Leave this chat?',
  'room.leaveHint':
    'It disappears from your list, and neither of you can write any more. Open offers end.',
  'room.quickYes': 'Yes, it is still here.',
  'room.quickWhen': 'When would suit you to meet?',
  'room.quickHeld': 'Sorry, I am talking to somebody else first.',
  'message.noReply': 'Don’t reply',
};
