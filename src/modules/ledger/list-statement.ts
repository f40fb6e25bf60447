import { z } from "zod";
import { ASSETS, micros, requireMember, type Asset, type Context, type Micros } from "@/kernel";
import { selectEntries } from "./store";

const PAGE = 100;

export const ListStatementInput = z.strictObject({
  /** The `id` of the last line of the page before. */
  beforeId: z
    .string()
    .regex(/^\d{1,18}\/[\x21-\x7e]{1,200}$/)
    .optional(),
  accountKind: z.enum(["available", "hold", "earnings"]).optional(),
  asset: z.enum(ASSETS).optional(),
});
export type ListStatementInput = z.infer<typeof ListStatementInput>;

export interface StatementLine {
  /** Transfer and account: the page cursor. All funding lots are one account, the available balance. */
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly reference: string;
  readonly amountMicros: Micros;
  /** Of the account; of all funding lots together for the available balance. */
  readonly balanceAfterMicros: Micros | null;
  readonly accountKind: string;
  readonly asset: Asset;
}

/** Every movement on the organisation's accounts, newest first, a page of 100 before `beforeId`. */
export async function listStatement(ctx: Context, input: ListStatementInput): Promise<StatementLine[]> {
  const { organisationId } = requireMember(ctx.actor);
  const { beforeId, accountKind, asset } = ListStatementInput.parse(input);
  const slash = beforeId?.indexOf("/") ?? -1;
  const rows = await selectEntries(ctx.database.reader, {
    organisationId,
    before:
      beforeId === undefined
        ? null
        : { transferId: BigInt(beforeId.slice(0, slash)), accountId: beforeId.slice(slash + 1) },
    accountKind: accountKind ?? null,
    asset: asset ?? null,
    limit: PAGE,
  });
  let total = (rows[0]?.availableMicros ?? 0n) - (rows[0]?.newerMicros ?? 0n);
  return rows.map(({ transferId, accountId, balanceAfter, amountMicros, at, kind, reference, accountKind, asset }) => {
    const after = accountKind === "available" ? total : balanceAfter;
    if (accountKind === "available") total -= amountMicros;
    return {
      ...{ at, kind, reference, accountKind, asset },
      id: `${transferId}/${accountId}`,
      amountMicros: micros(amountMicros),
      balanceAfterMicros: after === null ? null : micros(after),
    };
  });
}
