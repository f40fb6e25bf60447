import type { Hex, TypedDataDefinition } from "viem";
import type { HDAccount } from "viem/accounts";
import { prepareDeposit, readFunding, submitAuthorization } from "@/modules/escrow";
import type { ChainYard } from "./chain-yard";

const MILLION_USDC = 1_000_000_000_000n;

/** What a browser wallet does with typed data: it signs the JSON it is given. */
export function signTyped(account: HDAccount, json: string): Promise<Hex> {
  const { types, ...rest } = JSON.parse(json) as { types: Record<string, unknown> };
  const { EIP712Domain: _, ...others } = types;
  return account.signTypedData({ ...rest, types: others } as unknown as TypedDataDefinition);
}

/** The buyer of a yard, who pays jobs in USDC with a wallet that signs. */
export class UsdcBuyer {
  private constructor(private readonly yard: ChainYard) {}

  /** Gives the buyer a million USDC and links its wallet. */
  static async open(yard: ChainYard): Promise<UsdcBuyer> {
    await yard.fundBuyer(MILLION_USDC);
    await yard.link(yard.as("buyer"), yard.account("buyer"));
    await yard.mine(4);
    return new UsdcBuyer(yard);
  }

  sign(json: string): Promise<Hex> {
    return signTyped(this.yard.account("buyer"), json);
  }

  async pay(jobId: string): Promise<{ escrowOrderId: string; orderId: string }> {
    const { yard } = this;
    const prepared = await prepareDeposit(yard.as("buyer"), yard.chain, { jobId, address: yard.address("buyer") });
    const { escrowOrderId, typedData } = prepared;
    await submitAuthorization(yard.as("buyer"), yard.chain, { escrowOrderId, signature: await this.sign(typedData) });
    return prepared;
  }

  async stage(jobId: string): Promise<string> {
    return (await readFunding(this.yard.as("buyer"), this.yard.chain, { jobId })).stage;
  }

  /** A job that is paid and final. */
  async funded(amountMicros: bigint): Promise<{ jobId: string; escrowOrderId: string; orderId: Hex }> {
    const jobId = await this.yard.waitingJob(amountMicros);
    const { escrowOrderId, orderId } = await this.pay(jobId);
    await this.yard.run(1);
    if ((await this.yard.held(jobId)) !== amountMicros) throw new Error("the payment is not held");
    return { jobId, escrowOrderId, orderId: orderId as Hex };
  }
}
