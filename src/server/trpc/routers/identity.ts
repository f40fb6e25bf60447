import {
  acceptInvitation,
  AcceptInvitationInput,
  changeRole,
  ChangeRoleInput,
  createJoinToken,
  createOrganisation,
  CreateOrganisationInput,
  inviteMember,
  InviteMemberInput,
  listActivity,
  listActivityKinds,
  ListActivityInput,
  listInvitations,
  listMachines,
  listMembers,
  listMemberships,
  listOwnInvitations,
  removeMember,
  RemoveMemberInput,
  switchOrganisation,
  SwitchOrganisationInput,
  withdrawInvitation,
  WithdrawInvitationInput,
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
  activityKinds: memberProcedure.query(({ ctx }) => listActivityKinds(ctx.context)),
  invitations: memberProcedure.query(({ ctx }) => listInvitations(ctx.context)),
  ownInvitations: personProcedure.query(({ ctx }) => listOwnInvitations(ctx.services, ctx.session.user.id)),
  invite: memberProcedure.input(InviteMemberInput).mutation(({ ctx, input }) => inviteMember(ctx.context, input)),
  withdrawInvitation: memberProcedure
    .input(WithdrawInvitationInput)
    .mutation(({ ctx, input }) => withdrawInvitation(ctx.context, input)),
  acceptInvitation: personProcedure
    .input(AcceptInvitationInput)
    .mutation(({ ctx, input }) => acceptInvitation(ctx.services, ctx.session.user.id, input)),
  changeRole: memberProcedure.input(ChangeRoleInput).mutation(({ ctx, input }) => changeRole(ctx.context, input)),
  removeMember: memberProcedure.input(RemoveMemberInput).mutation(({ ctx, input }) => removeMember(ctx.context, input)),
});
