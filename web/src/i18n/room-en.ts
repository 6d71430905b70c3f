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
  'message.noReply': 'Don’t reply',
};
