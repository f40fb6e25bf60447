import type { Context } from "@/kernel";
import type { Address } from "../chain/address";
import type { ChainRail } from "../rail";
import { insertScreening } from "../store/wallets";
import type { ScreeningDirection, ScreeningVerdict } from "./screening";

/** Asks the screening about an address and keeps question and answer. A screening that fails is asked again, never skipped. */
export async function screenAddress(
  ctx: Context,
  rail: ChainRail,
  address: Address,
  direction: ScreeningDirection,
): Promise<ScreeningVerdict> {
  const { source } = rail.screening;
  const { verdict, reference } = await rail.screening.screen(address, direction);
  await ctx.database.transaction((tx) => insertScreening(tx, { address, direction, verdict, source, reference }));
  return verdict;
}
