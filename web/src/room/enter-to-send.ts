/** What a key press or the end of a composition means for the composer. */
export type EnterVerdict = 'send' | 'swallow' | 'leave';

export interface EnterKey {
  key: string;
  code: string;
  shiftKey: boolean;
  isComposing: boolean;
  keyCode: number;
}

const hangul = /^[\p{Script=Hangul}\s]+$/u;
/** The key code of a press that the input method keeps for itself. */
const takenByInputMethod = 229;

/**
 * Makes one Enter send the whole text, also while a syllable is being composed.
 *
 * A Korean syllable is under composition until the next key, so nearly every message ends in one. Sending at once
 * leaves the last syllable behind in the box; ignoring the Enter (the usual guard) makes people press twice. So the
 * Enter is remembered, and the message goes out when the composition has ended. Japanese and Chinese need the
 * guard: there Enter picks a candidate.
 *
 * The order of events differs: Chromium and Firefox say `keydown` (composing), then `compositionend`, and on some
 * systems a second `keydown` for the same press; Safari says `compositionend` first, then `keydown` with code 229.
 */
export class EnterToSend {
  private composed = '';
  private composing = false;
  private remembered = false;
  private justSent = false;

  compositionStart(): void {
    this.composing = true;
    this.composed = '';
    this.remembered = false;
  }

  compositionUpdate(text: string): void {
    this.composed = text;
  }

  compositionEnd(text: string): EnterVerdict {
    this.composing = false;
    if (text !== '') this.composed = text;
    if (!this.remembered) return 'leave';
    this.remembered = false;
    this.justSent = true;
    return 'send';
  }

  keyDown(press: EnterKey): EnterVerdict {
    if (!isEnter(press)) {
      this.remembered = false;
      this.justSent = false;
      return 'leave';
    }
    if (press.shiftKey) return 'leave';
    if (this.composing || press.isComposing) {
      this.remembered = hangul.test(this.composed);
      return 'leave';
    }
    if (press.keyCode === takenByInputMethod) return hangul.test(this.composed) ? 'send' : 'leave';
    // The second `keydown` of a press that has sent already would put a line break into the empty box.
    return this.justSent ? 'swallow' : 'send';
  }

  keyUp(press: { key: string; code: string }): void {
    if (isEnter(press)) this.justSent = false;
  }

  /** True while the Enter that has just sent must not also break the line. */
  get swallowsLineBreak(): boolean {
    return this.justSent;
  }
}

function isEnter({ key, code }: { key: string; code: string }): boolean {
  return key === 'Enter' || code === 'Enter' || code === 'NumpadEnter';
}
