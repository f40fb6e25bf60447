"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/ui/button";
import { Card, FactRow } from "@/ui/card";
import { ErrorNote, Notice } from "@/ui/error-note";
import { Hash } from "@/ui/hash";
import { Money } from "@/ui/money";
import { StatusPill } from "@/ui/status-pill";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useLinkedWallet } from "../api/use-linked-wallet";
import { useRoleBarrier } from "../api/viewer";
import { signTypedData, useBrowserWallets, type BrowserWallet } from "../api/wallet";
import type { Job } from "./types";

type Funding = Outputs["escrow"]["funding"];
const REFRESH_MS = 1_000;

/** The escrow order behind a job that USDC pays: how to pay it, how far the deposit is, and what came of it. */
export function EscrowCard({ job }: { job: Job }) {
  const trpc = useTRPC();
  const isOpen = job.endedAt === null;
  const funding = useQuery(
    trpc.escrow.funding.queryOptions({ jobId: job.id }, { refetchInterval: isOpen ? REFRESH_MS : 10 * REFRESH_MS }),
  );
  const failure = failureOf(funding.error);
  if (failure !== null) return <ErrorNote message={failure.message} requestId={failure.requestId} />;
  const { data } = funding;
  if (data === undefined) return null;
  const mayPay = job.state === "awaiting_funds" && data.stage === "unpaid";
  return (
    <Card title="USDC escrow" aside={<StageProgress stage={data.stage} />}>
      {data.failure === null ? null : (
        <Notice tone="warn">
          The last attempt did not reach the chain: {data.failure} Pay again; nothing was taken.
        </Notice>
      )}
      {mayPay ? <PayByWallet jobId={job.id} /> : null}
      {data.stage === "quarantined" ? (
        <Notice tone="warn">
          The payer’s address is on a screening list. The money stays where it is until it is cleared.
        </Notice>
      ) : null}
      <dl className="mt-3 divide-y">
        {data.orderId === null ? null : (
          <FactRow label="Order">
            <Hash value={data.orderId} name="order" />
          </FactRow>
        )}
        {data.payer === null ? null : (
          <FactRow label="Payer">
            <Hash value={data.payer} name="payer" />
          </FactRow>
        )}
        <FactRow label="To pay">
          <Money amountMicros={data.amountMicros} asset="USDC" />
        </FactRow>
        {data.depositedMicros === 0n ? null : <Released funding={data} />}
      </dl>
    </Card>
  );
}

function Released({ funding }: { funding: Funding }) {
  return (
    <>
      <FactRow label="Vouchers, for verified work">
        <Money amountMicros={funding.voucherMicros} asset="USDC" />
      </FactRow>
      <FactRow label="Released on chain">
        <Money amountMicros={funding.releasedMicros} asset="USDC" />
      </FactRow>
      <FactRow label="Back to the payer">
        <Money amountMicros={funding.refundedMicros} asset="USDC" />
      </FactRow>
    </>
  );
}

const STAGES = {
  unpaid: ["idle", "Not paid"],
  signed: ["claim", "Signed"],
  sent: ["claim", "Sent"],
  seen: ["claim", "Seen on chain"],
  safe: ["claim", "Safe"],
  final: ["claim", "Final"],
  credited: ["proof", "Paid"],
  quarantined: ["fault", "Quarantined"],
} as const;

function StageProgress({ stage }: { stage: Funding["stage"] }) {
  const [tone, words] = STAGES[stage];
  return <StatusPill tone={tone}>{words}</StatusPill>;
}

/** One signature pays: the wallet signs exactly this order, the platform brings it to the chain and pays for gas. */
function PayByWallet({ jobId }: { jobId: string }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const barrier = useRoleBarrier("engineer", "finance");
  const wallets = useBrowserWallets();
  const chain = useQuery(trpc.escrow.chain.queryOptions());
  const linked = useLinkedWallet();
  const prepare = useMutation(trpc.escrow.prepareDeposit.mutationOptions());
  const submit = useMutation(trpc.escrow.submitAuthorization.mutationOptions());
  const pay = useMutation({
    mutationFn: async (wallet: BrowserWallet) => {
      if (!chain.data) throw new Error("USDC is not set up here.");
      const { address } = await linked(wallet, chain.data.chainId);
      const prepared = await prepare.mutateAsync({ jobId, address });
      const signature = await signTypedData(wallet, address, prepared.typedData);
      await submit.mutateAsync({ escrowOrderId: prepared.escrowOrderId, signature });
      await client.invalidateQueries(trpc.escrow.funding.queryFilter({ jobId }));
    },
  });
  const failure = failureOf(pay.error);
  return (
    <div className="space-y-3">
      <p className="text-sm text-ink-soft">
        Your wallet signs this amount for this job only. We bring it to the chain and pay for gas; the contract keeps
        it, and what is not used goes back to your wallet.
      </p>
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      {wallets.length === 0 ? (
        <Notice>No wallet was found in this browser. Install one, or open this page where it is.</Notice>
      ) : (
        wallets.map((wallet) => (
          <Button
            key={wallet.id}
            variant="primary"
            wide
            pending={pay.isPending}
            disabled={barrier !== null}
            title={barrier ?? undefined}
            onClick={() => pay.mutate(wallet)}
          >
            Pay with {wallet.name}
          </Button>
        ))
      )}
    </div>
  );
}
