"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState, type FormEvent } from "react";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { Logo } from "@/ui/logo";
import type { Theme } from "@/ui/theme";
import { ThemeToggle } from "@/ui/theme-toggle";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";

/** Creates an organisation, the first one or another, and goes on as its owner. */
export function WelcomePage({ email, first, theme }: { email: string; first: boolean; theme: Theme }) {
  const trpc = useTRPC();
  const [name, setName] = useState("");
  const enter = useMutation(
    trpc.identity.switchOrganisation.mutationOptions({ onSuccess: () => window.location.assign("/jobs") }),
  );
  const create = useMutation(
    trpc.identity.createOrganisation.mutationOptions({
      onSuccess: ({ organisationId }) => enter.mutate({ organisationId }),
    }),
  );
  const invitations = useQuery(trpc.identity.ownInvitations.queryOptions());
  const accept = useMutation(
    trpc.identity.acceptInvitation.mutationOptions({
      onSuccess: ({ organisationId }) => enter.mutate({ organisationId }),
    }),
  );
  const failure = failureOf(create.error ?? enter.error);
  const acceptFailure = failureOf(accept.error);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ name });
  };
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-15 items-center justify-between px-4 sm:px-6">
        <Logo />
        <ThemeToggle theme={theme} />
      </header>
      <main className="mx-auto w-full max-w-md flex-1 px-4 py-8 sm:py-16">
        {invitations.data?.map((invitation) => (
          <section key={invitation.id} className="mb-6 rounded-lg border bg-surface p-4">
            <h2 className="text-base font-semibold">{invitation.organisationName} invites you</h2>
            <p className="mt-1 text-sm text-ink-soft">
              You join as {invitation.role}, with the address {email}.
            </p>
            <div className="mt-3">
              <Button
                variant="primary"
                pending={accept.isPending || enter.isPending || enter.isSuccess}
                onClick={() => accept.mutate({ invitationId: invitation.id })}
              >
                Join {invitation.organisationName}
              </Button>
            </div>
          </section>
        ))}
        {acceptFailure === null ? null : (
          <div className="mb-6">
            <ErrorNote message={acceptFailure.message} requestId={acceptFailure.requestId} />
          </div>
        )}
        <h1 className="text-2xl font-semibold tracking-tight">
          {first ? "One thing before you start" : "Create another organisation"}
        </h1>
        <p className="mt-1.5 text-sm text-ink-soft">
          Jobs, machines and money belong to an organisation, never to a person. You are signed in as {email} and become
          its owner. The same organisation may train and provide.
        </p>
        <form onSubmit={submit} className="mt-6">
          <Field
            label="Name of the organisation"
            hint="At least two characters. Its members and the parties to its jobs see it."
            error={failure?.message}
          >
            {(control) => (
              <TextInput
                {...control}
                required
                minLength={2}
                maxLength={80}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <div className="mt-3 flex gap-2">
            <Button type="submit" variant="primary" pending={create.isPending || enter.isPending || enter.isSuccess}>
              Create the organisation
            </Button>
            {first ? null : (
              <Button asChild variant="quiet">
                <Link href="/jobs">Back</Link>
              </Button>
            )}
          </div>
        </form>
      </main>
    </div>
  );
}
