import type { ReactNode } from "react";
import { Hydrated } from "@/features/api/hydrated";
import { Shell } from "@/features/shell/shell";
import { pageSession } from "@/server/auth-session";
import { webEnv } from "@/server/env";
import { prefetched } from "../prefetch";
import { pageTheme } from "../theme";

/** The app shell. A browser that is not signed in gets the bare page, which sends it to sign in and back. */
export default async function YardLayout({ children }: { children: ReactNode }) {
  const session = await pageSession();
  if (session === null || session.actor === null || session.organisation === null) return children;
  const { user, actor, organisation } = session;
  const viewer = {
    userId: user.id,
    email: user.email,
    name: user.name,
    role: actor.role,
    organisationId: organisation.id,
    organisationName: organisation.name,
    isPlatform: organisation.isPlatform,
    sandbox: webEnv().sandbox,
  };
  const state = await prefetched(session, (trpc) => [
    trpc.ledger.balance.queryOptions(),
    trpc.identity.memberships.queryOptions(),
  ]);
  return (
    <Hydrated state={state}>
      <Shell viewer={viewer} theme={await pageTheme()}>
        {children}
      </Shell>
    </Hydrated>
  );
}
