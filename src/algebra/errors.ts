/**
 * An error that the user caused and can mend. Its message is one sentence:
 * what was given, what was expected, where, and what to do.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}
