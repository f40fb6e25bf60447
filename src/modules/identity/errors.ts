import { DomainError } from "@/kernel";

/** The join token is unknown, used or past its time. */
export class JoinTokenRefused extends DomainError {
  readonly code = "identity/join-token-refused";
  readonly kind = "unauthenticated";
}

/** The key already belongs to a machine of another organisation. */
export class MachineKeyTaken extends DomainError {
  readonly code = "identity/machine-key-taken";
  readonly kind = "conflict";
}

/** The request's signature, time or machine is not right. */
export class RequestSignatureRefused extends DomainError {
  readonly code = "identity/request-signature-refused";
  readonly kind = "unauthenticated";
}

/** An organisation needs another name. */
export class OrganisationNameTaken extends DomainError {
  readonly code = "identity/organisation-name-taken";
  readonly kind = "conflict";
}
