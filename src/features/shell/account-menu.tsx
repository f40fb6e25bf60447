"use client";

import { CircleUser } from "lucide-react";
import { Menu } from "@/ui/menu";
import { signOut } from "../api/auth-calls";
import { useViewer } from "../api/viewer";

/** Who is signed in, and the way out. */
export function AccountMenu({ wide = false }: { wide?: boolean }) {
  const { name, email } = useViewer();
  return (
    <Menu
      label="Account"
      align="end"
      heading={
        <>
          {name === null ? null : <span className="block text-sm font-medium text-ink">{name}</span>}
          {email}
        </>
      }
      items={[{ id: "sign-out", title: "Sign out", onSelect: () => void signOut() }]}
      trigger={
        <button
          type="button"
          aria-label={`Account of ${name ?? email}`}
          className="flex h-8 min-w-8 items-center justify-center gap-2 rounded-md px-1.5 text-ink-soft hover:bg-sunken hover:text-ink"
        >
          <CircleUser className="size-4 shrink-0" aria-hidden="true" />
          {wide ? <span className="max-w-32 truncate text-sm">{name ?? email}</span> : null}
        </button>
      }
    />
  );
}
