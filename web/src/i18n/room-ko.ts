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
  'room.menu': '채팅방 메뉴',
  'room.profile': '프로필 보기',
  'room.search': '대화에서 찾기',
  'room.searchHint': '찾을 말',
  'room.lastSeen': (ago: string) => `${ago} 접속`,
  'room.leave': '채팅방 나가기',
  'room.leaveAsk': '채팅방에서 나갈까요?',
  'room.leaveHint':
    '목록에서 사라지고, 두 사람 모두 더는 보낼 수 없어요. 답을 기다리는 제안도 끝나요.',
  'room.quickYes': '네, 아직 있어요.',
  'room.quickWhen': '언제 만나는 게 편하세요?',
  'room.quickHeld': '죄송해요, 다른 분과 먼저 이야기하고 있어요.',
  'message.noReply': '답장 취소',
};
