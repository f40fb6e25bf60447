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

/** The bank takes no evidence on this dispute, or has it already. */
export class EvidenceRefused extends DomainError {
  readonly code = "payments/evidence-refused";
  readonly kind = "conflict";
}

/** No processor is connected to this installation. */
export class RailClosed extends DomainError {
  readonly code = "payments/rail-closed";
  readonly kind = "conflict";

  constructor() {
    super("Cards and banks are not set up here: the operator has not given a Stripe key. See README, “Settings”.");
  }
}

/** The amount cannot move over this rail. */
export class AmountRefused extends DomainError {
  readonly code = "payments/amount-refused";
  readonly kind = "invalid";
}

/** More is asked back or out than is there. */
export class NotEnough extends DomainError {
  readonly code = "payments/not-enough";
  readonly kind = "conflict";
}

/** The provider's account at Stripe cannot be paid yet. */
export class PayoutsNotReady extends DomainError {
  readonly code = "payments/payouts-not-ready";
  readonly kind = "conflict";
}

/** Automatic top-ups need a saved card. */
export class NoSavedPaymentMethod extends DomainError {
  readonly code = "payments/no-saved-payment-method";
  readonly kind = "conflict";
}

/** A webhook that Stripe did not sign. */
export class BadSignature extends DomainError {
  readonly code = "payments/bad-signature";
  readonly kind = "invalid";
}

/** Money was taken back by a payer; until that is settled the organisation posts no job. */
export class OrganisationFrozen extends DomainError {
  readonly code = "payments/organisation-frozen";
  readonly kind = "forbidden";
}
