"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState, type FormEvent } from "react";
import { formatUsd, parseUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Field, TextInput } from "@/ui/field";
import { Money } from "@/ui/money";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import type { Machine, Offer } from "./machine-card";

const FLOOR_DEFAULT = "0.05";
const AMOUNT_ERROR = "Write an amount of dollars such as 0.25, with at most six decimals.";

/** The standing ask of one machine: nothing is done below its floor. */
export function OfferForm({
  machine,
  offer,
  barrier,
}: {
  machine: Machine;
  offer: Offer | null;
  barrier: string | null;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState<string | null>(null);
  const stored = offer === null ? FLOOR_DEFAULT : formatUsd(offer.floorMicrosPerHour).replace(/[$,]/g, "");
  const shown = text ?? stored;
  const floor = parseUsd(shown);
  const set = useMutation(
    trpc.market.setOffer.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.market.offers.queryKey() });
        setText(null);
      },
    }),
  );
  const changed = offer === null || (floor !== null && floor !== offer.floorMicrosPerHour);
  const save = (state: "active" | "paused"): void => {
    if (floor !== null) set.mutate({ machineId: machine.id, floorMicrosPerHour: floor, state });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save(offer?.state ?? "active");
  };

  return (
    <form onSubmit={submit} className="border-t px-4 pt-3 pb-2">
      <div className="grid gap-x-3 sm:grid-cols-[minmax(0,14rem)_auto_1fr] sm:items-start">
        <Field
          label="Works for at least"
          hint={barrier ?? "The floor: matches pay this or more."}
          error={floor === null ? AMOUNT_ERROR : failureOf(set.error)?.message}
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="decimal"
              prefix="$"
              suffix="per hour"
              disabled={barrier !== null}
              value={shown}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <div className="mt-2 flex gap-2 sm:mt-0 sm:pt-5.5">
          {changed ? (
            <Button
              type="submit"
              variant="primary"
              pending={set.isPending}
              disabled={barrier !== null || floor === null}
            >
              {offer === null ? "Put on the market" : "Save floor"}
            </Button>
          ) : (
            <Button
              pending={set.isPending}
              disabled={barrier !== null}
              onClick={() => save(offer.state === "active" ? "paused" : "active")}
            >
              {offer.state === "active" ? "Pause" : "Offer again"}
            </Button>
          )}
        </div>
        <p className="pt-1 text-xs text-ink-faint sm:pt-7 sm:text-right xl:col-span-full xl:pt-1 xl:text-left">
          <MatchWords offer={offer} />
        </p>
      </div>
    </form>
  );
}

function MatchWords({ offer }: { offer: Offer | null }) {
  if (offer === null) return <>Not on the market yet.</>;
  if (offer.activeMatch !== null)
    return (
      <>
        Training for <Money amountMicros={offer.activeMatch.pricePerSegmentMicros} asset={offer.activeMatch.asset} /> a
        segment
      </>
    );
  if (offer.state === "paused") return <>Paused: takes no new work, finishes what it has.</>;
  return (
    <>
      On the market, waiting for a match.{" "}
      <Link href="/earnings" className="text-link">
        Earnings
      </Link>
    </>
  );
}
