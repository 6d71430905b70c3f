/** Digits in groups, as phone and account numbers are written; a price has commas and a date fewer digits. */
const groups = /(?<![\d,.:])\+?\d+(?:[-. ]{1,2}\d+)*(?![\d,:])/g;

const date = /^(?:19|20)\d\d\D+\d\d?\D+\d\d?(?!\d)/;

/** Whether a text to be sent tells a number by which its writer can be called, or paid. A hint: it decides nothing. */
export function tellsNumber(text: string): boolean {
  const read = text.normalize('NFKC').replaceAll(/https?:\/\/\S+/gi, ' ');
  return (read.match(groups) ?? []).some((group) => {
    if (date.test(group)) return false;
    const digits = group.replaceAll(/\D/g, '');
    const isPhone = /^(0|82)/.test(digits) && digits.length >= 9;
    return (isPhone || digits.length >= 10) && digits.length <= 16;
  });
}
