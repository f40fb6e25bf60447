/** What kind of refusal it is; only the transport knows the HTTP status that belongs to it. */
export type RefusalKind = "invalid" | "unauthenticated" | "forbidden" | "not-found" | "conflict" | "limit";

/**
 * A refusal: the request was understood and is not granted. `code` is stable ("ledger/insufficient-funds"), `message`
 * is a sentence for the user that says what happened, why and what to do; `values` are the facts behind it.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly kind: RefusalKind;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(message: string, values: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.name = new.target.name;
    this.values = values;
  }
}

/** The caller's role or organisation does not allow this. */
export class Forbidden extends DomainError {
  readonly code = "kernel/forbidden";
  readonly kind = "forbidden";
}

/** The caller is not signed in, or its key or token is not valid. */
export class Unauthenticated extends DomainError {
  readonly code = "kernel/unauthenticated";
  readonly kind = "unauthenticated";
}

/** No such thing, or it belongs to another organisation: the answer is the same, so ids cannot be probed. */
export class NotFound extends DomainError {
  readonly code = "kernel/not-found";
  readonly kind = "not-found";

  constructor(what: string, id: string) {
    super(`There is no ${what} ${id} in your organisation.`, { id });
  }
}
