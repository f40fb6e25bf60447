import { z } from "zod";

export const CreateOrganisationInput = z.strictObject({
  name: z.string().trim().min(2, "An organisation's name has at least 2 characters.").max(80),
});
export type CreateOrganisationInput = z.infer<typeof CreateOrganisationInput>;

export const SwitchOrganisationInput = z.strictObject({ organisationId: z.string().max(64) });
export type SwitchOrganisationInput = z.infer<typeof SwitchOrganisationInput>;

export const ListActivityInput = z.strictObject({
  beforeId: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
});
export type ListActivityInput = z.infer<typeof ListActivityInput>;
