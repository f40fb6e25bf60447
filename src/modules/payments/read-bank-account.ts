import { assert, requireRole, type Context } from "@/kernel";
import { RailClosed } from "./errors";
import type { Rails } from "./rails";
import { ensureCustomer } from "./stripe/ensure-customer";

/** Where an organisation sends its wires. The account is its own: whatever arrives there is its money. */
export interface BankAccountView {
  readonly accountHolder: string;
  readonly bankName: string;
  readonly accountNumber: string;
  /** For wires and ACH credits within the United States. */
  readonly routingNumber: string;
  /** For wires from abroad; null where there is no such address. */
  readonly swiftCode: string | null;
  /** Written into the transfer it helps people; money finds its owner without it. */
  readonly reference: string;
}

/** The virtual account of the actor's organisation, made at Stripe at first need and the same for ever after. */
export async function readBankAccount(ctx: Context, rails: Rails): Promise<BankAccountView> {
  const { organisationId } = requireRole(ctx.actor, "finance");
  if (rails.stripe === null) throw new RailClosed();
  const customer = await ensureCustomer(ctx, rails.stripe, organisationId);
  const { bank_transfer } = await rails.stripe.client.customers.createFundingInstructions(customer, {
    bank_transfer: { type: "us_bank_transfer" },
    currency: "usd",
    funding_type: "bank_transfer",
  });
  const aba = bank_transfer.financial_addresses.find(({ type }) => type === "aba")?.aba;
  const swift = bank_transfer.financial_addresses.find(({ type }) => type === "swift")?.swift;
  assert(aba !== undefined, "an account for dollars has an ABA address");
  return {
    accountHolder: aba.account_holder_name,
    bankName: aba.bank_name,
    accountNumber: aba.account_number,
    routingNumber: aba.routing_number,
    swiftCode: swift?.swift_code ?? null,
    reference: `TY-${organisationId.slice(-8).toUpperCase()}`,
  };
}
