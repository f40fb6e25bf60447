"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { ChevronsUpDown } from "lucide-react";
import { Menu } from "@/ui/menu";
import { useTRPC } from "../api/trpc";
import { useViewer } from "../api/viewer";

/** Which organisation the pages speak for; switching reads everything anew. */
export function OrganisationMenu() {
  const trpc = useTRPC();
  const viewer = useViewer();
  const memberships = useQuery(trpc.identity.memberships.queryOptions());
  const choose = useMutation(
    trpc.identity.switchOrganisation.mutationOptions({ onSuccess: () => window.location.assign("/jobs") }),
  );
  const items = (memberships.data ?? []).map((membership) => ({
    id: membership.organisationId,
    title: membership.organisationName,
    note: membership.role,
    chosen: membership.organisationId === viewer.organisationId,
    onSelect: () => {
      if (membership.organisationId !== viewer.organisationId)
        choose.mutate({ organisationId: membership.organisationId });
    },
  }));
  const create = { id: "create", title: "Create an organisation…", onSelect: () => window.location.assign("/welcome") };
  return (
    <Menu
      label="Organisations"
      items={[...items, create]}
      trigger={
        <button
          type="button"
          aria-label={`Organisation ${viewer.organisationName}, your role ${viewer.role}. Switch`}
          className="flex w-full items-center justify-between gap-2 rounded-md border bg-raised px-2.5 py-1.5 text-left hover:bg-sunken"
        >
          <span className="min-w-0">
            <span className="block truncate text-sm font-medium">{viewer.organisationName}</span>
            <span className="block text-2xs text-ink-faint">you are {viewer.role}</span>
          </span>
          <ChevronsUpDown className="size-3.5 shrink-0 text-ink-faint" aria-hidden="true" />
        </button>
      }
    />
  );
}
