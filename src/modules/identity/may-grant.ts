import { Forbidden, type MemberActor, type Role } from "@/kernel";

/** Only owners make owners and unmake them; every other role is an admin's to give and take. */
export function requireMayGrant(actor: MemberActor, ...roles: readonly Role[]): void {
  if (actor.role === "owner" || !roles.includes("owner")) return;
  throw new Forbidden(
    "Only an owner makes another owner, or takes that role away. Ask an owner of your organisation.",
    {
      role: actor.role,
    },
  );
}
