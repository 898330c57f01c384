/**
 * Asked for something that cannot be done as asked: the command line prints it and exits with 2, the editor shows it.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
