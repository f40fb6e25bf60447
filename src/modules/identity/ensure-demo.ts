import { newId, requireSystem, type Context, type Role, type Tx } from "@/kernel";
import { slugOf } from "./create-organisation";
import * as store from "./store";

interface DemoOrganisation {
  readonly name: string;
  readonly isPlatform?: boolean;
  readonly members: readonly { readonly email: string; readonly name: string; readonly role: Role }[];
}

/** The sandbox's organisations: a buyer, two providers, and the platform, whose machine only audits. */
export const DEMO_ORGANISATIONS = {
  buyer: {
    name: "Acme AI",
    members: [
      { email: "ada@acme.example", name: "Ada Okafor", role: "owner" },
      { email: "eli@acme.example", name: "Eli Brandt", role: "engineer" },
      { email: "fay@acme.example", name: "Fay Lindqvist", role: "finance" },
      { email: "vic@acme.example", name: "Vic Tanaka", role: "viewer" },
    ],
  },
  northwind: {
    name: "Northwind Compute",
    members: [
      { email: "nora@northwind.example", name: "Nora Haddad", role: "owner" },
      { email: "finn@northwind.example", name: "Finn Moreau", role: "finance" },
    ],
  },
  fabrikam: {
    name: "Fabrikam GPU",
    members: [
      { email: "max@fabrikam.example", name: "Max Oduya", role: "owner" },
      { email: "eva@fabrikam.example", name: "Eva Kowalski", role: "engineer" },
    ],
  },
  platform: {
    name: "Trainyard",
    isPlatform: true,
    members: [{ email: "ops@trainyard.example", name: "Trainyard operations", role: "owner" }],
  },
} as const satisfies Record<string, DemoOrganisation>;

export type DemoOrganisationKey = keyof typeof DEMO_ORGANISATIONS;

/** Creates the demo organisations and their members where they are missing; returns each organisation and its owner. */
export async function ensureDemoOrganisations(
  ctx: Context,
): Promise<Record<DemoOrganisationKey, { organisationId: string; ownerId: string }>> {
  requireSystem(ctx.actor);
  return ctx.database.transaction(async (tx) => {
    const keys = Object.keys(DEMO_ORGANISATIONS) as DemoOrganisationKey[];
    const made: [DemoOrganisationKey, { organisationId: string; ownerId: string }][] = [];
    for (const key of keys) made.push([key, await ensureOrganisation(ctx, tx, DEMO_ORGANISATIONS[key])]);
    return Object.fromEntries(made) as Record<DemoOrganisationKey, { organisationId: string; ownerId: string }>;
  });
}

async function ensureOrganisation(ctx: Context, tx: Tx, demo: DemoOrganisation) {
  const nowMs = ctx.clock.now().getTime();
  const slug = slugOf(demo.name);
  const known = await store.findOrganisationBySlug(tx, slug);
  const organisationId = known?.id ?? newId("organisation", nowMs);
  if (known === null)
    await store.insertOrganisation(tx, {
      id: organisationId,
      name: demo.name,
      slug,
      isPlatform: demo.isPlatform ?? false,
    });
  let ownerId = "";
  for (const { email, name, role } of demo.members) {
    const user = await store.upsertUser(tx, { id: newId("user", nowMs), email, name });
    await store.upsertMember(tx, { organisationId, userId: user.id, role });
    if (role === "owner") ownerId = user.id;
  }
  return { organisationId, ownerId };
}
