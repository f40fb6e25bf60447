export { acceptInvitation } from "./accept-invitation";
export { authAdapter } from "./auth-adapter";
export { changeRole } from "./change-role";
export { createJoinToken } from "./create-join-token";
export { createOrganisation } from "./create-organisation";
export { DEMO_ORGANISATIONS, ensureDemoOrganisations, type DemoOrganisationKey } from "./ensure-demo";
export {
  AlreadyMember,
  EmailRefused,
  JoinTokenRefused,
  LastOwner,
  MachineKeyTaken,
  OrganisationNameTaken,
  RequestSignatureRefused,
} from "./errors";
export { exportActivity } from "./export-activity";
export {
  AcceptInvitationInput,
  ChangeRoleInput,
  CreateOrganisationInput,
  ExportActivityInput,
  InviteMemberInput,
  ListActivityInput,
  RemoveMemberInput,
  SwitchOrganisationInput,
  WithdrawInvitationInput,
} from "./inputs";
export { inviteMember } from "./invite-member";
export { isPlatformOrganisation } from "./is-platform-organisation";
export { joinMachine } from "./join-machine";
export { listActivity, listActivityKinds, type Activity } from "./list-activity";
export { listInvitations, listOwnInvitations, type InvitationView, type OwnInvitation } from "./list-invitations";
export { listMachines } from "./list-machines";
export { listMembers, type MemberView } from "./list-members";
export { listMemberships, type Membership } from "./list-memberships";
export { checkRequestSignature, machineActor, verifySignature, type SignedRequest } from "./machine-actor";
export { machineFacts, machineSpoke, machineWentSilent, type MachineFacts } from "./machine-facts";
export { memberAddresses, type MemberAddress } from "./member-addresses";
export type { MachineView } from "./machine-view";
export { organisationName } from "./organisation-name";
export { quarantineMachine } from "./quarantine-machine";
export { removeMember } from "./remove-member";
export { reportMachine } from "./report-machine";
export { sessionActor, switchOrganisation, type SignedIn } from "./session-actor";
export { withdrawInvitation } from "./withdraw-invitation";
