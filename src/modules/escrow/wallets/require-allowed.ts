import type { Context } from "@/kernel";
import type { Address } from "../chain/address";
import { AddressBlocked } from "../errors";
import type { ChainRail } from "../rail";
import { screenAddress } from "./screen-address";
import type { ScreeningDirection } from "./screening";

/** Throws AddressBlocked unless the screening lets an address take part without a person's look. */
export async function requireAllowed(
  ctx: Context,
  rail: ChainRail,
  address: Address,
  direction: ScreeningDirection,
): Promise<void> {
  const verdict = await screenAddress(ctx, rail, address, direction);
  if (verdict === "allow") return;
  throw new AddressBlocked(
    verdict === "block"
      ? "This address is on a sanctions list, so it cannot take part here. Use another wallet, or ask support."
      : "This address has to be looked at by a person before it can take part here. Support has been told.",
    { address },
  );
}
