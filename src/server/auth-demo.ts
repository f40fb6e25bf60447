import { DEMO_ORGANISATIONS } from "@/modules/identity";

export interface DemoPerson {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly organisationName: string;
}

/** The people that the sandbox starts with, buyer first. The platform's own operator is not one to try things as. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  DEMO_ORGANISATIONS.buyer,
  DEMO_ORGANISATIONS.northwind,
  DEMO_ORGANISATIONS.fabrikam,
].flatMap((organisation) =>
  organisation.members.map(({ email, name, role }) => ({ email, name, role, organisationName: organisation.name })),
);
