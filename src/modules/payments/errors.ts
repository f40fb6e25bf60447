import { DomainError } from "@/kernel";

/** This installation takes real money; the sandbox rail does not exist here. */
export class SandboxClosed extends DomainError {
  readonly code = "payments/sandbox-closed";
  readonly kind = "forbidden";
}

/** The same idempotency key was used for a deposit of another amount. */
export class DepositMismatch extends DomainError {
  readonly code = "payments/deposit-mismatch";
  readonly kind = "conflict";
}
