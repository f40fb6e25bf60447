import { requireMember, type Context } from "@/kernel";
import { machineView, type MachineView } from "./machine-view";
import { selectMachines } from "./store";

/** The organisation's machines, oldest first. */
export async function listMachines(ctx: Context): Promise<MachineView[]> {
  const { organisationId } = requireMember(ctx.actor);
  return (await selectMachines(ctx.database.reader, organisationId)).map(machineView);
}
