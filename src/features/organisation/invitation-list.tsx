"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Ago } from "@/ui/quantity";
import { StatusPill } from "@/ui/status-pill";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";

/** Invitations that nobody accepted yet. Nothing where there are none. */
export function InvitationList({ barrier }: { barrier: string | null }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const invitations = useQuery(trpc.identity.invitations.queryOptions());
  const withdraw = useMutation(
    trpc.identity.withdrawInvitation.mutationOptions({
      onSuccess: () => client.invalidateQueries({ queryKey: trpc.identity.pathKey() }),
    }),
  );
  const failure = failureOf(withdraw.error);
  if (invitations.data === undefined || invitations.data.length === 0) return null;
  return (
    <Card flush title="Invited">
      {failure === null ? null : (
        <div className="p-4">
          <ErrorNote message={failure.message} requestId={failure.requestId} />
        </div>
      )}
      <ul>
        {invitations.data.map((invitation) => (
          <li
            key={invitation.id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b px-4 py-2 text-sm last:border-b-0"
          >
            <span className="flex min-w-0 flex-wrap items-center gap-2">
              <span className="font-medium break-all">{invitation.email}</span>
              <StatusPill tone="idle">{invitation.role}</StatusPill>
              <span className="text-xs text-ink-faint">
                invited <Ago at={invitation.createdAt} />
              </span>
            </span>
            {barrier === null ? (
              <Button
                size="small"
                pending={withdraw.isPending}
                onClick={() => withdraw.mutate({ invitationId: invitation.id })}
              >
                Take it back
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
