import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { Forbidden, Unauthenticated, type Context, type MemberActor } from "@/kernel";
import { sessionActor, type SignedIn } from "@/modules/identity";
import { readCookie, sessionCookieName } from "./auth-cookie";
import { webEnv } from "./env";
import { services } from "./services";

/** A signed-in browser and its session token. */
export type BrowserSession = SignedIn & { readonly sessionToken: string };

/** Who a session token stands for right now; null when it is unknown or past its time. */
export async function sessionOf(sessionToken: string | undefined): Promise<BrowserSession | null> {
  if (sessionToken === undefined || sessionToken === "") return null;
  const { database, clock } = services();
  const signedIn = await sessionActor(database, clock, sessionToken);
  return signedIn && { ...signedIn, sessionToken };
}

/** The session of an API request. */
export function requestSession(request: Request): Promise<BrowserSession | null> {
  return sessionOf(readCookie(request.headers.get("cookie"), sessionCookieName(webEnv().publicUrl)));
}

/** What verbs take, for an API request outside tRPC. */
export async function requestMemberContext(request: Request, requestId: string): Promise<Context> {
  const session = await requestSession(request);
  if (session === null) throw new Unauthenticated("You are not signed in, or your session has ended. Sign in again.");
  if (session.actor === null) throw new Forbidden("You do not belong to an organisation yet. Create one first.");
  return services().contextFor(session.actor, requestId);
}

/** The session of the page that is being rendered; read once a request. */
export const pageSession = cache(async (): Promise<BrowserSession | null> => {
  const jar = await cookies();
  return sessionOf(jar.get(sessionCookieName(webEnv().publicUrl))?.value);
});

/** The member who looks at a page; others are sent to sign in, or to create an organisation, and come back to `path`. */
export async function pageMember(
  path: string,
): Promise<BrowserSession & { actor: MemberActor; organisation: NonNullable<SignedIn["organisation"]> }> {
  const session = await pageSession();
  if (session === null) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  const { actor, organisation } = session;
  if (actor === null || organisation === null) redirect("/welcome");
  return { ...session, actor, organisation };
}
