import type { Clock, Database, MemberActor } from "@/kernel";
import { findSession, selectMemberships, setSessionOrganisation } from "./store";
import { SwitchOrganisationInput } from "./inputs";
import { NotFound } from "@/kernel";

/** A signed-in browser: the person, and the member it acts as (null until the person belongs to an organisation). */
export interface SignedIn {
  readonly user: { readonly id: string; readonly email: string; readonly name: string | null };
  readonly organisation: {
    readonly id: string;
    readonly name: string;
    readonly slug: string;
    readonly isPlatform: boolean;
  } | null;
  readonly actor: MemberActor | null;
}

/** Who a session token stands for, read anew each time so that a removed member loses access at once. */
export async function sessionActor(database: Database, clock: Clock, sessionToken: string): Promise<SignedIn | null> {
  const session = await findSession(database.reader, sessionToken);
  if (session === null || session.expires <= clock.now()) return null;
  const { id, email, name } = session.user;
  const memberships = await selectMemberships(database.reader, id);
  const current = memberships.find((m) => m.organisationId === session.organisationId) ?? memberships[0];
  if (current === undefined) return { user: { id, email, name }, organisation: null, actor: null };
  const { organisation, role } = current;
  return {
    user: { id, email, name },
    organisation: {
      id: organisation.id,
      name: organisation.name,
      slug: organisation.slug,
      isPlatform: organisation.isPlatform,
    },
    actor: { kind: "member", userId: id, organisationId: organisation.id, role },
  };
}

/** Makes this browser session act for another organisation of its user. */
export async function switchOrganisation(
  database: Database,
  session: { userId: string; sessionToken: string },
  input: SwitchOrganisationInput,
): Promise<void> {
  const { organisationId } = SwitchOrganisationInput.parse(input);
  const memberships = await selectMemberships(database.reader, session.userId);
  if (!memberships.some((m) => m.organisationId === organisationId)) throw new NotFound("membership", organisationId);
  await setSessionOrganisation(database.reader, session.userId, session.sessionToken, organisationId);
}
