import { DomainError } from "@/kernel";

/** No chain is connected to this installation. */
export class ChainClosed extends DomainError {
  readonly code = "escrow/chain-closed";
  readonly kind = "conflict";

  constructor() {
    super("USDC is not set up here: the operator has not named a chain. See README, “Settings”.");
  }
}

/** No node of the chain answers. Nothing was lost: what is queued waits. */
export class ChainUnreachable extends DomainError {
  readonly code = "escrow/chain-unreachable";
  readonly kind = "conflict";

  constructor() {
    super(
      "The chain cannot be reached at the moment, so signatures cannot be checked. Nothing has moved. Try again in a minute.",
    );
  }
}

/** The signature is not this wallet's, or is over something else. */
export class SignatureRefused extends DomainError {
  readonly code = "escrow/signature-refused";
  readonly kind = "invalid";
}

/** The message to sign is used up, too old, or somebody else's. */
export class ChallengeRefused extends DomainError {
  readonly code = "escrow/challenge-refused";
  readonly kind = "conflict";
}

/** The wallet belongs to another organisation, or is not linked. */
export class WalletRefused extends DomainError {
  readonly code = "escrow/wallet-refused";
  readonly kind = "conflict";
}

/** A screening does not let this address take part. */
export class AddressBlocked extends DomainError {
  readonly code = "escrow/address-blocked";
  readonly kind = "forbidden";
}

/** The job does not wait for a deposit, or not for this one. */
export class DepositRefused extends DomainError {
  readonly code = "escrow/deposit-refused";
  readonly kind = "conflict";
}

/** Earnings cannot leave: too little, no address, or the address is resting. */
export class WithdrawalRefused extends DomainError {
  readonly code = "escrow/withdrawal-refused";
  readonly kind = "conflict";
}
