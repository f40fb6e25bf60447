import { DomainError } from "@/kernel";

/** The limit is below what one micro-dollar a segment costs, or below the cheapest qualifying machine. */
export class LimitBelowPrice extends DomainError {
  readonly code = "settlement/limit-below-price";
  readonly kind = "invalid";
}

/** The file does not exist (yet): the job has not completed. */
export class NotDelivered extends DomainError {
  readonly code = "settlement/not-delivered";
  readonly kind = "not-found";
}

/** The machine is off the market after a proven fault. */
export class MachineQuarantined extends DomainError {
  readonly code = "settlement/machine-quarantined";
  readonly kind = "forbidden";
}
