"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { utcTime } from "@/ui/format";
import { Spinner } from "@/ui/spinner";
import { Skeleton } from "@/ui/skeleton";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";

const LOOK_EVERY_MS = 1_500;

/** Makes a join token, shows the one command that uses it, and says when the machine has arrived. */
export function JoinDialog({ known, onClose }: { known: readonly string[]; onClose: () => void }) {
  const trpc = useTRPC();
  const [before] = useState(known);
  const token = useMutation(trpc.identity.createJoinToken.mutationOptions());
  const machines = useQuery(trpc.identity.machines.queryOptions(undefined, { refetchInterval: LOOK_EVERY_MS }));
  const arrived = machines.data?.find((machine) => !before.includes(machine.id));
  const { mutate } = token;
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    mutate();
  }, [mutate]);
  const failure = failureOf(token.error);
  const command =
    token.data && `npx trainyard-worker join --url ${token.data.gatewayUrl} --token ${token.data.joinToken}`;

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Join a machine"
      description="Run this on the machine that shall earn. It needs Node.js 20 or newer and a way out to the internet; no port is opened."
    >
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      {command === undefined ? (
        failure === null ? (
          <Skeleton height={84} />
        ) : null
      ) : (
        <div className="flex items-start gap-2 rounded-md border bg-sunken p-3">
          <code className="min-w-0 flex-1 font-mono text-xs leading-5 wrap-anywhere">{command}</code>
          <CopyButton text={command} label="Copy command" />
        </div>
      )}
      {token.data ? (
        <>
          <p className="mt-2 text-xs text-ink-faint">
            The token joins one machine and dies at {utcTime(token.data.expiresAt)}. It is shown only now; make another
            whenever you like.
          </p>
          <p className="mt-2 text-xs text-ink-faint">
            With <code className="font-mono">--runtime wasm</code> the machine loads no native library, and gets exact
            jobs only.
          </p>
        </>
      ) : null}
      <ol className="mt-4 list-decimal space-y-1.5 pl-5 text-sm text-ink-soft marker:text-ink-faint">
        <li>The worker’s doctor looks at the hardware and tries every execution provider.</li>
        <li>A seeded training workload measures its speed. Nothing is believed that was not measured.</li>
        <li>It appears here. Set its floor, and the next batch of the auction may match it.</li>
      </ol>
      <p role="status" className="mt-5 flex items-center gap-2 rounded-md border px-3 py-2.5 text-sm">
        {arrived === undefined ? (
          <>
            <Spinner /> Waiting for the machine to say hello…
          </>
        ) : (
          <>
            <CircleCheck className="size-4 text-proof" aria-hidden="true" />
            <span>
              <strong>{arrived.name}</strong> has joined.
            </span>
          </>
        )}
      </p>
      <div className="mt-4 flex justify-end">
        <Button variant={arrived === undefined ? "secondary" : "primary"} onClick={onClose}>
          {arrived === undefined ? "Close" : "Set its floor"}
        </Button>
      </div>
    </Dialog>
  );
}
