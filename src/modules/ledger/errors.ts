import { DomainError } from "@/kernel";

/** The balance does not cover the amount. Nothing moved. */
export class InsufficientFunds extends DomainError {
  readonly code = "ledger/insufficient-funds";
  readonly kind = "conflict";
}

/** The same idempotency key was used for a transfer with other legs. Nothing moved. */
export class TransferMismatch extends DomainError {
  readonly code = "ledger/transfer-mismatch";
  readonly kind = "conflict";
}
