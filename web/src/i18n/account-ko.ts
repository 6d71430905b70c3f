/** The screens of one's own account. */
export const accountKo = {
  'account.title': '계정',
  'account.delete': '계정 삭제',
  'account.deleteTitle': '계정을 삭제할까요?',
  'account.deleteWhat': '되돌릴 수 없어요. 삭제하면',
  'account.deleteListings': '올린 물건과 사진이 모두 사라져요.',
  'account.deleteTrades': '진행 중인 제안과 거래가 취소돼요.',
  'account.deleteChats': '채팅방에서 나가요. 상대는 주고받은 말을 계속 볼 수 있어요.',
  'account.deleteDevices': '모든 기기에서 로그아웃돼요.',
  'account.deleteData': (hours: number) => `개인 정보는 ${hours}시간 안에 지워요.`,
  'account.deleteYes': '삭제하기',
  'account.password': '비밀번호',
  'account.passwordWrong': '비밀번호가 맞지 않아요.',
  'account.deleted': '계정을 삭제했어요.',
  'person.deleted': '탈퇴한 이웃',
};
