/** Loaded before the code of a process, it lets the clock of that process go wrong by CLOCK_SHIFT_MS. */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS);
const TrueDate = Date;

globalThis.Date = class Date extends TrueDate {
  constructor(...given) {
    if (given.length === 0) super(TrueDate.now() + shiftMs);
    else super(...given);
  }

  static now() {
    return TrueDate.now() + shiftMs;
  }

  /** Dates that Node makes by itself are dates too. */
  static [Symbol.hasInstance](value) {
    return value instanceof TrueDate;
  }
};
