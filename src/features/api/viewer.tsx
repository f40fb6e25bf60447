"use client";

import { createContext, useContext, type ReactNode } from "react";

export type Role = "owner" | "admin" | "engineer" | "finance" | "viewer";

/** Who looks at the page, and for whom. */
export interface Viewer {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  readonly organisationId: string;
  readonly organisationName: string;
  /** Acts for the operator of the market. */
  readonly isPlatform: boolean;
  readonly sandbox: boolean;
}

const ViewerContext = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

/** The signed-in member; only pages inside the app shell ask. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (viewer === null) throw new Error("useViewer is called outside the app shell");
  return viewer;
}

/** Why the viewer's role may not do something that `roles` may; null when it may. The server decides again. */
export function useRoleBarrier(...roles: readonly Role[]): string | null {
  const { role } = useViewer();
  if (role === "owner" || role === "admin" || roles.includes(role)) return null;
  return `Your role is ${role}; this needs ${["owner", "admin", ...roles].join(", ").replace(/, (\w+)$/, " or $1")}.`;
}
