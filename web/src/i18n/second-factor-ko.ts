/** What people with a role are asked for; loaded with their areas. */
export const secondFactorKo = {
  title: '2단계 인증',
  ask: '인증 앱의 코드나 복구 코드를 입력하세요. 이 기기에서 12시간 동안 쓸 수 있어요.',
  code: '코드',
  enter: '확인',
  wrong: '코드가 틀렸거나 이미 쓴 코드예요.',
  begin:
    '이 역할에는 2단계 인증이 필요해요. 비밀번호를 입력하면 인증 앱에 등록할 QR 코드가 나와요.',
  password: '비밀번호',
  setUp: '등록 시작',
  scan: '인증 앱으로 이 QR 코드를 찍고, 앱에 나온 코드를 입력하세요.',
  qr: '인증 앱에 등록할 QR 코드',
  type: '찍을 수 없으면 앱에 직접 입력하세요:',
  confirm: '등록',
  recovery:
    '등록됐어요. 아래 복구 코드를 휴대폰이 아닌 곳에 보관하세요. 코드 대신 한 번씩 쓸 수 있고, 지금만 볼 수 있어요.',
  goOn: '계속',
};
