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

/** The address cannot sign in, so it cannot be invited. */
export class EmailRefused extends DomainError {
  readonly code = "identity/email-refused";
  readonly kind = "invalid";
}

/** The invited address belongs to a member. */
export class AlreadyMember extends DomainError {
  readonly code = "identity/already-member";
  readonly kind = "conflict";
}

/** The organisation would be left without an owner. Nothing changed. */
export class LastOwner extends DomainError {
  readonly code = "identity/last-owner";
  readonly kind = "conflict";
}
