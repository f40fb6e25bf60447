/** A mistake of the person at the keyboard, in words for them. */
export class UsageError extends Error {}
