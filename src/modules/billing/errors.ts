import { DomainError } from "@/kernel";

/** A document needs a legal name and an address, and the organisation has given none. */
export class TaxProfileMissing extends DomainError {
  readonly code = "billing/tax-profile-missing";
  readonly kind = "conflict";
}

/** The period has not ended, or is closed already. */
export class PeriodRefused extends DomainError {
  readonly code = "billing/period-refused";
  readonly kind = "conflict";
}

/** There is nothing that such a document could be about. */
export class NothingToInvoice extends DomainError {
  readonly code = "billing/nothing-to-invoice";
  readonly kind = "conflict";
}

/** The credit is more than what is left of the invoice's line, or the document cannot be credited. */
export class CreditRefused extends DomainError {
  readonly code = "billing/credit-refused";
  readonly kind = "conflict";
}

/** The format cannot say what the books hold. */
export class ExportRefused extends DomainError {
  readonly code = "billing/export-refused";
  readonly kind = "invalid";
}
