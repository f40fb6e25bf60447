"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { formatUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Choice } from "@/ui/choice";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/error-note";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { useViewer } from "../api/viewer";
import { AmountField, centsOf } from "./amount-field";
import { BankTransfer } from "./bank-transfer";

const AMOUNTS = ["25", "100", "500"] as const;
const METHODS = [
  { id: "card", title: "Card", note: "Credited as soon as the card has paid. Your bank may ask you to confirm." },
  {
    id: "ach",
    title: "Bank debit",
    note: "ACH, from a US account. Credited when the bank has paid, in about four working days.",
  },
  { id: "bank_transfer", title: "Bank transfer", note: "A wire, for large sums. Credited when it arrives." },
] as const;
type Method = (typeof METHODS)[number]["id"];

/** Adds funds: on a hosted page by card or bank debit, or by wire to the organisation's own account. */
export function FundsDialog({ onClose }: { onClose: () => void }) {
  const [method, setMethod] = useState<Method>("card");
  return (
    <Dialog open onOpenChange={onClose} title="Add funds" description="To your organisation’s prepaid balance">
      <div className="space-y-4">
        <Choice label="How to pay" options={METHODS} value={method} onValue={setMethod} />
        <p className="text-sm text-ink-soft">{METHODS.find(({ id }) => id === method)?.note}</p>
        {method === "bank_transfer" ? <BankTransfer /> : <HostedPayment method={method} />}
      </div>
    </Dialog>
  );
}

/** Opens a hosted page to pay on. One key for one dialog, so a double press never pays twice. */
function HostedPayment({ method }: { method: Exclude<Method, "bank_transfer"> }) {
  const trpc = useTRPC();
  const { sandbox } = useViewer();
  const [text, setText] = useState<string>(AMOUNTS[1]);
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const amount = centsOf(text);
  const start = useMutation(
    trpc.payments.startTopUp.mutationOptions({
      onSuccess: ({ id, url }) => window.location.assign(url ?? `/billing/top-up/${id}`),
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amount !== null)
      start.mutate({ amountMicros: amount, method, idempotencyKey: `${idempotencyKey}-${method}-${amount}` });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <AmountField text={text} onText={setText} choices={AMOUNTS} problem={failureOf(start.error)?.message} />
      {sandbox ? (
        <Notice tone="warn">
          This is a sandbox: no real money moves. On the next page pay with the card 4242 4242 4242 4242, or try 4000
          0025 0000 3155, which asks your bank first.
        </Notice>
      ) : null}
      <Button
        type="submit"
        variant="primary"
        wide
        pending={start.isPending || start.isSuccess}
        disabled={amount === null}
      >
        Pay {amount === null ? "" : formatUsd(amount)}
      </Button>
    </form>
  );
}
