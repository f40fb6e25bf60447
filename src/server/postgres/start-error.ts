/** Why something cannot start: what happened, and what to do about it. Shown to people without a stack. */
export class StartError extends Error {
  override name = "StartError";

  constructor(happened: string, fix: string) {
    super(`${happened} ${fix}`);
  }
}
