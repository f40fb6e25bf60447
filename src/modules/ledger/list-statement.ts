import { z } from "zod";
import { micros, requireMember, type Context, type Micros } from "@/kernel";
import { ASSETS, type Asset } from "./accounts";
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
  /** Transfer and account: the page cursor. */
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly reference: string;
  readonly amountMicros: Micros;
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
  return rows.map(({ transferId, accountId, balanceAfter, amountMicros, ...line }) => ({
    ...line,
    id: `${transferId}/${accountId}`,
    amountMicros: micros(amountMicros),
    balanceAfterMicros: balanceAfter === null ? null : micros(balanceAfter),
  }));
}
