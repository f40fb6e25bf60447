import type { Asset, Micros } from "@/kernel";

/** Something that the books and the outside do not agree on right now. */
export interface Finding {
  readonly kind: string;
  readonly reference: string;
  readonly asset: Asset;
  readonly ledgerMicros: Micros;
  readonly outsideMicros: Micros;
  readonly sentence: string;
}
