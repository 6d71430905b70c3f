/** Something that whoever typed the command can mend: shown as its message, never with a stack. */
export class CommandProblem extends Error {
  override name = 'CommandProblem';
}
