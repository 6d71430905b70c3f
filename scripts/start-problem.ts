/** Something the person at the terminal can act on: shown as its message, never with a stack. */
export class StartProblem extends Error {
  override name = 'StartProblem';
}
