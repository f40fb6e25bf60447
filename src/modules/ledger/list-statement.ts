import { z } from "zod";
import { micros, requireMember, type Context, type Micros } from "@/kernel";
import { selectEntries } from "./store";

const PAGE = 100;

export const ListStatementInput = z.strictObject({
  beforeId: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
  accountKind: z.enum(["available", "hold", "earnings"]).optional(),
});
export type ListStatementInput = z.infer<typeof ListStatementInput>;

export interface StatementLine {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly reference: string;
  readonly amountMicros: Micros;
  readonly balanceAfterMicros: Micros | null;
  readonly accountKind: string;
}

/** Every movement on the organisation's accounts, newest first, a page of 100 before `beforeId`. */
export async function listStatement(ctx: Context, input: ListStatementInput): Promise<StatementLine[]> {
  const { organisationId } = requireMember(ctx.actor);
  const { beforeId, accountKind } = ListStatementInput.parse(input);
  const rows = await selectEntries(ctx.database.reader, {
    organisationId,
    beforeId: beforeId === undefined ? null : BigInt(beforeId),
    accountKind: accountKind ?? null,
    limit: PAGE,
  });
  return rows.map(({ id, balanceAfter, amountMicros, ...line }) => ({
    ...line,
    id: String(id),
    amountMicros: micros(amountMicros),
    balanceAfterMicros: balanceAfter === null ? null : micros(balanceAfter),
  }));
}
