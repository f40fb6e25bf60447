"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select, TextInput } from "@/ui/field";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { useViewer, type Role } from "../api/viewer";
import { ROLE_WORDS } from "./words";

const ROLES = Object.keys(ROLE_WORDS) as Role[];

/** Invites an address with a role. Whoever reads mail there can join. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const viewer = useViewer();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("engineer");
  const invite = useMutation(
    trpc.identity.invite.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries({ queryKey: trpc.identity.pathKey() });
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    invite.mutate({ email, role });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Invite a member"
      description="They get a mail, sign in with this address and accept. The invitation lasts 14 days."
    >
      <form onSubmit={submit} className="space-y-2">
        <Field label="E-mail" error={failureOf(invite.error)?.message}>
          {(control) => (
            <TextInput
              {...control}
              type="email"
              required
              autoComplete="off"
              maxLength={200}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label="Role" hint={`May: ${ROLE_WORDS[role]}.`}>
          {(control) => (
            <Select {...control} value={role} onChange={(event) => setRole(event.target.value as Role)}>
              {ROLES.filter((choice) => choice !== "owner" || viewer.role === "owner").map((choice) => (
                <option key={choice} value={choice}>
                  {choice}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="pt-2">
          <Button type="submit" variant="primary" wide pending={invite.isPending}>
            Send the invitation
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
