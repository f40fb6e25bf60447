import { requireSystem, type Context } from "@/kernel";
import { hexOf } from "../chain/address";
import { voucherData } from "../chain/terms";
import type { ChainRail } from "../rail";
import { selectUnsignedVouchers, signVoucher } from "../store/orders";

/** Task: signs every voucher that was recorded and not signed yet. The same voucher signed twice is the same voucher. */
export async function signVouchers(ctx: Context, rail: ChainRail): Promise<number> {
  requireSystem(ctx.actor);
  const unsigned = await selectUnsignedVouchers(ctx.database.reader);
  for (const voucher of unsigned) {
    const data = voucherData(rail.chainId, rail.escrow, {
      orderId: hexOf(voucher.orderId),
      cumAmount: voucher.cumulativeMicros,
      segIndex: voucher.segmentIndex,
      evidenceRoot: hexOf(voucher.evidenceRoot),
    });
    const signature = await rail.verifier.signTypedData(data);
    await ctx.database.transaction((tx) => signVoucher(tx, voucher, signature));
  }
  return unsigned.length;
}
