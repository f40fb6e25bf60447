import {
  createJoinToken,
  createOrganisation,
  CreateOrganisationInput,
  listActivity,
  ListActivityInput,
  listMachines,
  listMembers,
  listMemberships,
  switchOrganisation,
  SwitchOrganisationInput,
} from "@/modules/identity";
import { memberProcedure, personProcedure, router } from "../procedures";

export const identityRouter = router({
  createOrganisation: personProcedure
    .input(CreateOrganisationInput)
    .mutation(({ ctx, input }) => createOrganisation(ctx.services, ctx.session.user.id, input)),
  memberships: personProcedure.query(({ ctx }) => listMemberships(ctx.services.database, ctx.session.user.id)),
  switchOrganisation: personProcedure
    .input(SwitchOrganisationInput)
    .mutation(({ ctx, input }) =>
      switchOrganisation(
        ctx.services.database,
        { userId: ctx.session.user.id, sessionToken: ctx.session.sessionToken },
        input,
      ),
    ),
  members: memberProcedure.query(({ ctx }) => listMembers(ctx.context)),
  activity: memberProcedure.input(ListActivityInput).query(({ ctx, input }) => listActivity(ctx.context, input)),
  machines: memberProcedure.query(({ ctx }) => listMachines(ctx.context)),
  createJoinToken: memberProcedure.mutation(async ({ ctx }) => ({
    ...(await createJoinToken(ctx.context)),
    gatewayUrl: ctx.gatewayUrl,
  })),
});
