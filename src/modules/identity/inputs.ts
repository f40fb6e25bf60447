import { z } from "zod";
import { ROLES } from "@/kernel";

export const CreateOrganisationInput = z.strictObject({
  name: z.string().trim().min(2, "An organisation's name has at least 2 characters.").max(80),
});
export type CreateOrganisationInput = z.infer<typeof CreateOrganisationInput>;

export const SwitchOrganisationInput = z.strictObject({ organisationId: z.string().max(64) });
export type SwitchOrganisationInput = z.infer<typeof SwitchOrganisationInput>;

const UserId = z.string().min(1).max(64);
const InvitationId = z.string().min(1).max(64);

export const InviteMemberInput = z.strictObject({ email: z.string().trim().min(1).max(200), role: z.enum(ROLES) });
export type InviteMemberInput = z.infer<typeof InviteMemberInput>;

export const WithdrawInvitationInput = z.strictObject({ invitationId: InvitationId });
export type WithdrawInvitationInput = z.infer<typeof WithdrawInvitationInput>;

export const AcceptInvitationInput = z.strictObject({ invitationId: InvitationId });
export type AcceptInvitationInput = z.infer<typeof AcceptInvitationInput>;

export const ChangeRoleInput = z.strictObject({ userId: UserId, role: z.enum(ROLES) });
export type ChangeRoleInput = z.infer<typeof ChangeRoleInput>;

export const RemoveMemberInput = z.strictObject({ userId: UserId });
export type RemoveMemberInput = z.infer<typeof RemoveMemberInput>;

/** Which entries of the audit log: of one act, of one actor as the log names it, from a moment on, before another. */
const ActivityFilter = z.strictObject({
  action: z
    .string()
    .regex(/^[a-z0-9.-]{1,80}$/)
    .optional(),
  actor: z.string().min(1).max(80).optional(),
  from: z.date().optional(),
  to: z.date().optional(),
});

export const ListActivityInput = ActivityFilter.extend({
  beforeId: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
});
export type ListActivityInput = z.infer<typeof ListActivityInput>;

export const ExportActivityInput = ActivityFilter;
export type ExportActivityInput = z.infer<typeof ExportActivityInput>;
