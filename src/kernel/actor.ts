import { Forbidden } from "./domain-error";

/** Roles of a member, in the words of the organisation page. */
export const ROLES = ["owner", "admin", "engineer", "finance", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Who acts: a person in an organisation, a machine of a provider, or the platform's own background work. */
export type Actor =
  | { readonly kind: "member"; readonly userId: string; readonly organisationId: string; readonly role: Role }
  | { readonly kind: "machine"; readonly machineId: string; readonly organisationId: string }
  | { readonly kind: "system"; readonly task: string };

export type MemberActor = Extract<Actor, { kind: "member" }>;
export type MachineActor = Extract<Actor, { kind: "machine" }>;

/** The actor as one string, for the audit log. */
export function actorName(actor: Actor): string {
  if (actor.kind === "member") return `user:${actor.userId}`;
  return actor.kind === "machine" ? `machine:${actor.machineId}` : `system:${actor.task}`;
}

/** First line of a verb that people call: the actor is a member with one of `roles`. Owners and admins may do all. */
export function requireRole(actor: Actor, ...roles: readonly Role[]): MemberActor {
  if (actor.kind !== "member") throw new Forbidden("Only a signed-in member of an organisation can do this.");
  if (actor.role === "owner" || actor.role === "admin" || roles.includes(actor.role)) return actor;
  throw new Forbidden(
    `Your role is ${actor.role}; this needs ${roles.join(" or ")}. Ask an owner or admin of your organisation to change it.`,
    { role: actor.role },
  );
}

/** First line of a verb that any member may call. */
export function requireMember(actor: Actor): MemberActor {
  return requireRole(actor, ...ROLES);
}

/** First line of a verb that only a joined machine may call. */
export function requireMachine(actor: Actor): MachineActor {
  if (actor.kind !== "machine") throw new Forbidden("Only a joined machine can do this.");
  return actor;
}

/** First line of a verb that only the platform's own tasks may call. */
export function requireSystem(actor: Actor): void {
  if (actor.kind !== "system") throw new Forbidden("Only the platform itself does this.");
}
