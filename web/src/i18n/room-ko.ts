/** What one does with the messages of a room, and in its menu. */
export const roomKo = {
  'message.menu': '메시지 메뉴',
  'message.reply': '답장하기',
  'message.copy': '복사하기',
  'message.copied': '복사했어요.',
  'message.notCopied': '복사하지 못했어요.',
  'message.editTitle': '메시지 수정',
  'message.you': '나',
  'message.earlier': '이전 메시지',
  'message.toOriginal': (said: string) => `답장한 메시지로 가기: ${said}`,
  'message.notThere': '그 메시지를 불러오지 못했어요.',
  'message.replyingTo': (name: string) => `${name}에게 답장`,
  'room.numberCaution':
    '전화번호나 계좌번호를 알려 주면 사기에 쓰일 수 있어요. 여기서 이야기하세요.',
  'message.photoOf': (name: string | undefined, n: number, all: number) =>
    `${name === undefined ? '내' : `${name}님의`} 사진${all > 1 ? ` ${n}/${all}` : ''}`,
  'room.more': '더 보내기',
  'room.dropPhotos': '여기에 놓으면 사진이 담겨요.',
  'message.noReply': '답장 취소',
};
