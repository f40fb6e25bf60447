"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { formatUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, TextInput } from "@/ui/field";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { AmountField, centsOf } from "./amount-field";

/** Sends unspent money back to where it came from. */
export function RefundDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const amount = centsOf(text);
  const refund = useMutation(
    trpc.payments.requestRefund.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries();
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amount !== null) refund.mutate({ amountMicros: amount, reason, idempotencyKey: `${idempotencyKey}-${amount}` });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Refund unspent money"
      description="It returns to the cards and accounts it came from, youngest deposit first. What is held for jobs stays."
    >
      <form onSubmit={submit} className="space-y-4">
        <AmountField text={text} onText={setText} problem={failureOf(refund.error)?.message} />
        <Field label="Reason" hint="Stands in the audit log.">
          {(control) => (
            <TextInput
              {...control}
              value={reason}
              maxLength={500}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <Button
          type="submit"
          variant="primary"
          wide
          pending={refund.isPending}
          disabled={amount === null || reason.trim() === ""}
        >
          Refund {amount === null ? "" : formatUsd(amount)}
        </Button>
      </form>
    </Dialog>
  );
}
