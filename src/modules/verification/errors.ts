import { DomainError } from "@/kernel";

/** A commitment that does not follow from its parts, or is not signed by its machine. Nothing was stored. */
export class ClaimRefused extends DomainError {
  readonly code = "verification/claim-refused";
  readonly kind = "invalid";
}
