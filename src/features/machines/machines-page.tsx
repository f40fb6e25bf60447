"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { SkeletonRows } from "@/ui/skeleton";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import { JoinDialog } from "./join-dialog";
import { MachineCard } from "./machine-card";

const REFRESH_MS = 3_000;

export function MachinesPage() {
  const trpc = useTRPC();
  const [joining, setJoining] = useState(false);
  const barrier = useRoleBarrier("engineer");
  const machines = useQuery(trpc.identity.machines.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const offers = useQuery(trpc.market.offers.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const failure = failureOf(machines.error ?? offers.error);
  const offerOf = new Map((offers.data ?? []).map((offer) => [offer.machineId, offer]));
  const rows = machines.data ?? [];
  const join = (
    <Button variant="primary" disabled={barrier !== null} title={barrier ?? undefined} onClick={() => setJoining(true)}>
      <Plus className="size-4" aria-hidden="true" />
      Join a machine
    </Button>
  );

  return (
    <>
      <PageHeader
        title="Machines"
        lead="Hardware that earns. A machine runs no foreign code: only graphs of standard operators, in a sandbox, and it dials out, so no port is opened."
        actions={join}
      />
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      {machines.isPending ? (
        <Card flush>
          <SkeletonRows what="machines" />
        </Card>
      ) : null}
      {machines.isSuccess && rows.length === 0 ? (
        <Card>
          <EmptyState title="No machine has joined yet" action={join}>
            <p>
              Any computer with Node.js can earn, with a GPU or without. One command checks it, measures it and puts it
              on the market; you set the lowest price per hour that it works for. {barrier}
            </p>
          </EmptyState>
        </Card>
      ) : null}
      <ul className="grid gap-4 xl:grid-cols-2">
        {rows.map((machine) => (
          <li key={machine.id} className="min-w-0">
            <MachineCard
              machine={machine}
              offer={offerOf.get(machine.id) ?? null}
              offersKnown={offers.isSuccess}
              barrier={barrier}
            />
          </li>
        ))}
      </ul>
      {joining ? <JoinDialog known={rows.map((machine) => machine.id)} onClose={() => setJoining(false)} /> : null}
    </>
  );
}
