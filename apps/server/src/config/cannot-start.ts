/**
 * The process cannot do what was asked for a reason its user can remove. The command line prints the message (one sentence that
 * says what to do) and exits with code 2; there is never a stack trace.
 */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
