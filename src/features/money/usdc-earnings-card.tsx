"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { parseUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ErrorNote, Notice } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { plainUsd } from "@/ui/format";
import { Hash } from "@/ui/hash";
import { Money } from "@/ui/money";
import { Table } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useLinkedWallet } from "../api/use-linked-wallet";
import { useRoleBarrier } from "../api/viewer";
import { useBrowserWallets, type BrowserWallet } from "../api/wallet";
import { withdrawalColumns } from "./withdrawal-columns";

const REFRESH_MS = 2_000;

/** Withdrawing USDC earnings: link a wallet once, then any amount that was earned. */
export function UsdcEarningsCard() {
  const trpc = useTRPC();
  const chain = useQuery(trpc.escrow.chain.queryOptions());
  const balance = useQuery(trpc.ledger.balance.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const wallets = useQuery(trpc.escrow.wallets.queryOptions());
  const withdrawals = useQuery(trpc.escrow.withdrawals.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  if (!chain.data || balance.data === undefined || wallets.data === undefined) return null;
  const payout = wallets.data.find((wallet) => wallet.isPayout);
  const { earnedMicros, payingOutMicros } = balance.data.usdc;
  return (
    <Card flush title="USDC earnings">
      <div className="space-y-3 p-4">
        <p className="text-sm text-ink-soft">
          <Money amountMicros={earnedMicros} asset="USDC" /> earned and not withdrawn
          {payingOutMicros === 0n ? (
            "."
          ) : (
            <>
              , <Money amountMicros={payingOutMicros} asset="USDC" /> on its way.
            </>
          )}
        </p>
        {payout === undefined ? null : (
          <p className="text-sm text-ink-soft">
            Goes to <Hash value={payout.address} name="payout wallet" />
            {payout.payoutFrom !== null && payout.payoutFrom > new Date()
              ? ` from ${payout.payoutFrom.toISOString()} on`
              : ""}
            .
          </p>
        )}
        <ChoosePayoutWallet chainId={chain.data.chainId} isFirst={payout === undefined} />
        {payout === undefined || earnedMicros === 0n ? null : <Withdraw earnedMicros={earnedMicros} />}
      </div>
      {withdrawals.data === undefined || withdrawals.data.length === 0 ? null : (
        <Table caption="USDC withdrawals" columns={COLUMNS} rows={withdrawals.data} rowKey={(row) => row.id} />
      )}
    </Card>
  );
}

function ChoosePayoutWallet({ chainId, isFirst }: { chainId: number; isFirst: boolean }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const barrier = useRoleBarrier("finance");
  const browserWallets = useBrowserWallets();
  const linked = useLinkedWallet();
  const setPayout = useMutation(trpc.escrow.setPayoutWallet.mutationOptions());
  const choose = useMutation({
    mutationFn: async (wallet: BrowserWallet) => {
      const { id } = await linked(wallet, chainId);
      await setPayout.mutateAsync({ walletId: id });
      await client.invalidateQueries(trpc.escrow.wallets.queryFilter());
    },
  });
  const failure = failureOf(choose.error);
  if (browserWallets.length === 0)
    return isFirst ? (
      <Notice>No wallet was found in this browser. Open this page where your wallet is to name it.</Notice>
    ) : null;
  return (
    <>
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      {browserWallets.map((wallet) => (
        <Button
          key={wallet.id}
          size="small"
          pending={choose.isPending}
          disabled={barrier !== null}
          title={barrier ?? undefined}
          onClick={() => choose.mutate(wallet)}
        >
          {isFirst ? `Pay earnings to ${wallet.name}` : `Change to ${wallet.name}`}
        </Button>
      ))}
    </>
  );
}

function Withdraw({ earnedMicros }: { earnedMicros: bigint }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const barrier = useRoleBarrier("finance");
  const [text, setText] = useState<string | null>(null);
  const [idempotencyKey, setIdempotencyKey] = useState(() => crypto.randomUUID());
  const shown = text ?? plainUsd(earnedMicros);
  const amount = parseUsd(shown);
  const request = useMutation(
    trpc.escrow.requestWithdrawal.mutationOptions({
      onSuccess: async () => {
        setText(null);
        setIdempotencyKey(crypto.randomUUID());
        await client.invalidateQueries();
      },
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amount !== null) request.mutate({ amountMicros: amount, idempotencyKey });
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <Field label="Amount in USDC" error={failureOf(request.error)?.message}>
        {(control) => (
          <TextInput
            {...control}
            inputMode="decimal"
            suffix="USDC"
            value={shown}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="submit"
        variant="primary"
        pending={request.isPending}
        disabled={amount === null || amount === 0n || barrier !== null}
        title={barrier ?? undefined}
      >
        Withdraw USDC
      </Button>
    </form>
  );
}

const COLUMNS = withdrawalColumns<Outputs["escrow"]["withdrawals"][number]>("USDC", [
  { id: "to", title: "To", wideOnly: true, cell: ({ address }) => <Hash value={address} name="address" /> },
]);
