const digits = new Intl.NumberFormat('ko-KR');

/** A price in texts that are Korean for everybody: 18,000원, and 나눔 for what is given away. In won. */
export const koreanPrice = (won: number): string =>
  won === 0 ? '나눔' : `${digits.format(won)}원`;
