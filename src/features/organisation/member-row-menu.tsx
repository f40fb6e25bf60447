"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { Menu } from "@/ui/menu";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useViewer, type Role } from "../api/viewer";
import { ROLE_WORDS } from "./words";

export type Member = Outputs["identity"]["members"][number];

const ROLES = Object.keys(ROLE_WORDS) as Role[];

/** Changes a member's role or ends the membership. Both ask once more, and say what it means. */
export function MemberRowMenu({ member }: { member: Member }) {
  const viewer = useViewer();
  const [asking, setAsking] = useState<Role | "remove" | null>(null);
  const self = viewer.userId === member.userId;
  const governs = viewer.role === "owner" || (viewer.role === "admin" && member.role !== "owner");
  if (!governs && !self) return null;
  const grantable = ROLES.filter((role) => role !== member.role && (viewer.role === "owner" || role !== "owner"));
  const roles = governs ? grantable : [];
  return (
    <>
      <Menu
        label={`Change ${member.email}`}
        align="end"
        trigger={
          <Button size="small" aria-label={`Change ${member.email}`}>
            Change
          </Button>
        }
        items={[
          ...roles.map((role) => ({ id: role, title: `Make ${role}`, onSelect: () => setAsking(role) })),
          { id: "remove", title: self ? "Leave…" : "Remove…", onSelect: () => setAsking("remove") },
        ]}
      />
      {asking === null ? null : <Confirm member={member} change={asking} self={self} onClose={() => setAsking(null)} />}
    </>
  );
}

interface ConfirmProps {
  readonly member: Member;
  readonly change: Role | "remove";
  readonly self: boolean;
  readonly onClose: () => void;
}

function Confirm({ member, change, self, onClose }: ConfirmProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const done = async (): Promise<void> => {
    if (self) return window.location.assign("/jobs");
    await client.invalidateQueries({ queryKey: trpc.identity.pathKey() });
    onClose();
  };
  const changeRole = useMutation(trpc.identity.changeRole.mutationOptions({ onSuccess: done }));
  const remove = useMutation(trpc.identity.removeMember.mutationOptions({ onSuccess: done }));
  const failure = failureOf(changeRole.error ?? remove.error);
  const name = member.name ?? member.email;
  const removing = change === "remove";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={removing ? (self ? "Leave?" : `Remove ${name}?`) : `Make ${name} ${change}?`}
    >
      <p className="text-sm text-ink-soft">
        {removing
          ? "Access ends at once. Jobs that were posted go on, and what was done stays in the audit log."
          : `May then: ${ROLE_WORDS[change]}. It holds from the next page on.`}
      </p>
      {failure === null ? null : (
        <div className="mt-3">
          <ErrorNote message={failure.message} requestId={failure.requestId} />
        </div>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>Leave it as it is</Button>
        <Button
          variant={removing ? "fault" : "primary"}
          pending={changeRole.isPending || remove.isPending}
          onClick={() =>
            removing
              ? remove.mutate({ userId: member.userId })
              : changeRole.mutate({ userId: member.userId, role: change })
          }
        >
          {removing ? (self ? "Leave the organisation" : "Remove the member") : `Make ${change}`}
        </Button>
      </div>
    </Dialog>
  );
}
