"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { formatUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/checkbox";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { AMOUNT_ERROR, readAmount, typedUsd } from "./amounts";
import type { Project } from "./types";
import { useChanged } from "./use-changed";

interface OrderDialogProps {
  readonly project: Project;
  readonly order: Project["purchaseOrders"][number] | null;
  readonly onClose: () => void;
}

/** Adds a purchase order to a project, or changes its amount and closes it. */
export function OrderDialog({ project, order, onClose }: OrderDialogProps) {
  const trpc = useTRPC();
  const [number, setNumber] = useState(order?.number ?? "");
  const [text, setText] = useState(typedUsd(order?.amountMicros ?? null));
  const [closed, setClosed] = useState(order?.closed ?? false);
  const set = useMutation(trpc.spending.setPurchaseOrder.mutationOptions({ onSuccess: useChanged(onClose) }));
  const amountMicros = readAmount(text);
  const failure = failureOf(set.error);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amountMicros !== null) set.mutate({ projectId: project.id, number: number.trim(), amountMicros, closed });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={order === null ? `New purchase order for ${project.name}` : `Purchase order ${order.number}`}
      description="Jobs that name it never reserve and spend more than it covers. Its number stands on their invoices."
    >
      <form onSubmit={submit} className="space-y-2">
        <Field label="Number" hint={order === null ? "As your procurement writes it." : "An order keeps its number."}>
          {(control) => (
            <TextInput
              {...control}
              required
              maxLength={40}
              disabled={order !== null}
              value={number}
              onChange={(event) => setNumber(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Amount"
          hint={order === null ? "What it covers." : `${formatUsd(order.usedMicros)} of it is reserved and spent.`}
          error={text !== "" && amountMicros === null ? AMOUNT_ERROR : null}
        >
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
        {order === null ? null : (
          <Checkbox
            label="Closed: no further job may name it"
            checked={closed}
            onChange={(event) => setClosed(event.target.checked)}
          />
        )}
        {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
        <div className="pt-2">
          <Button
            type="submit"
            variant="primary"
            wide
            pending={set.isPending}
            disabled={amountMicros === null || number.trim() === ""}
          >
            {order === null ? "Add the order" : "Save"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
