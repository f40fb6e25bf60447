"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { formatUsd, parseUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { classNames } from "@/ui/class-names";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";

const AMOUNTS = ["5", "25", "100"] as const;

/** Adds money over the sandbox rail. One key for one dialog, so a double press never adds twice. */
export function FundsDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState<string>(AMOUNTS[1]);
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const amount = parseUsd(text);
  const deposit = useMutation(
    trpc.payments.depositSandbox.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.ledger.pathKey() });
        onClose();
      },
    }),
  );
  const problem =
    amount === null || amount === 0n
      ? "Write an amount of dollars such as 25 or 12.50."
      : failureOf(deposit.error)?.message;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amount !== null && amount > 0n) deposit.mutate({ amountMicros: amount, idempotencyKey });
  };
  return (
    <Dialog open onOpenChange={onClose} title="Add demo funds" description="Rail: sandbox">
      <form onSubmit={submit} className="space-y-3">
        <Notice tone="warn">
          These are demo dollars of this sandbox. No card is charged, and they can be spent nowhere else.
        </Notice>
        <div className="flex gap-2" role="group" aria-label="Common amounts">
          {AMOUNTS.map((choice) => (
            <button
              key={choice}
              type="button"
              aria-pressed={text === choice}
              onClick={() => setText(choice)}
              className={classNames(
                "h-9 flex-1 rounded-md border text-sm font-medium",
                text === choice ? "border-ink bg-sunken" : "hover:bg-sunken",
              )}
            >
              ${choice}
            </button>
          ))}
        </div>
        <Field label="Amount" error={problem}>
          {(control) => (
            <TextInput
              {...control}
              inputMode="decimal"
              prefix="$"
              suffix="USD"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Button
          type="submit"
          variant="primary"
          wide
          pending={deposit.isPending}
          disabled={amount === null || amount === 0n}
        >
          Add {amount === null ? "funds" : formatUsd(amount)} of demo money
        </Button>
      </form>
    </Dialog>
  );
}
