import { micros, type Context, type MemberActor, type Micros } from "@/kernel";
import { DEMO_ORGANISATIONS, ensureDemoOrganisations, type DemoOrganisationKey } from "@/modules/identity";
import { readBalance } from "@/modules/ledger";
import { depositSandbox } from "@/modules/payments";
import { addSampleDatasets } from "../samples/sample-datasets";
import type { Services } from "../services";

/** The seeded demo: a context that acts as the owner of each of its organisations. */
export interface Demo {
  as(organisation: DemoOrganisationKey): Context;
}

/** What the buyer's balance is filled to, so that every start can afford its sample job. */
const DEMO_BALANCE = micros(1_000_000_000n);

/** Makes whatever is missing of the demo: organisations, members, datasets and demo money. Repeating it changes nothing. */
export async function ensureDemo(services: Services): Promise<Demo> {
  const system = services.contextFor({ kind: "system", task: "seed" });
  const organisations = await ensureDemoOrganisations(system);
  await addSampleDatasets(system);
  const as = (key: DemoOrganisationKey): Context => {
    const { organisationId, ownerId } = organisations[key];
    const owner: MemberActor = { kind: "member", userId: ownerId, organisationId, role: "owner" };
    return services.contextFor(owner);
  };
  await ensureFunds(as("buyer"), services, DEMO_BALANCE);
  return { as };
}

/** Tops the balance up once it is less than half of `target`. The key names what is there, so a repeat does not pay twice. */
async function ensureFunds(buyer: Context, services: Services, target: Micros): Promise<void> {
  const { availableMicros, heldMicros, postedMicros } = await readBalance(buyer);
  if (availableMicros + heldMicros >= target / 2n) return;
  const idempotencyKey = `demo-funds-${postedMicros}-${availableMicros}`;
  await depositSandbox(buyer, services.rails, { amountMicros: micros(target - availableMicros), idempotencyKey });
}

/** E-mail addresses that can sign in, by organisation, for the person at the terminal. */
export function demoPeople(): readonly { organisation: string; email: string; role: string }[] {
  return Object.values(DEMO_ORGANISATIONS).flatMap(({ name, members }) =>
    members.map(({ email, role }) => ({ organisation: name, email, role })),
  );
}
