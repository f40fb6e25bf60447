import { MachineReport, type JoinResponse } from "@trainyard/protocol";
import { NotFound, requireMachine, type Context } from "@/kernel";
import { findMachine, findOrganisation, updateReport } from "./store";

/** A joined worker says anew what its machine is, after a restart or an update. */
export async function reportMachine(ctx: Context, input: MachineReport): Promise<JoinResponse> {
  const { machineId } = requireMachine(ctx.actor);
  const report = MachineReport.parse(input);
  return ctx.database.transaction(async (tx) => {
    const machine = await findMachine(tx, machineId);
    const organisation = machine && (await findOrganisation(tx, machine.organisationId));
    if (!machine || !organisation) throw new NotFound("machine", machineId);
    await updateReport(tx, machineId, report);
    return { machineId, organisationName: organisation.name };
  });
}
