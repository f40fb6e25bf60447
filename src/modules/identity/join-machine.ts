import { JoinRequest, sha256Hex, type JoinResponse } from "@trainyard/protocol";
import { assert, newId, record, type Context, type Tx } from "@/kernel";
import { JoinTokenRefused, MachineKeyTaken } from "./errors";
import * as store from "./store";

/**
 * Binds a machine's key to the organisation of a join token. Idempotent on the key: a worker that never saw the answer
 * may ask again with the same token. The caller has checked that the request is signed with `publicKey`.
 */
export async function joinMachine(ctx: Context, input: JoinRequest): Promise<JoinResponse> {
  const { joinToken, publicKey, name, report } = JoinRequest.parse(input);
  return ctx.database.transaction(async (tx) => {
    const token = await store.lockJoinToken(tx, sha256Hex(joinToken));
    const known = await store.findMachineByKey(tx, publicKey);
    if (token === null) throw new JoinTokenRefused("This join token is unknown. Make a new one on the Machines page.");
    if (known !== null) {
      if (known.organisationId !== token.organisationId)
        throw new MachineKeyTaken(
          "This machine already belongs to another organisation. Remove its key file to join anew.",
        );
      await store.updateReport(tx, known.id, report);
      return answer(tx, known.id, known.organisationId);
    }
    if (token.usedByMachine !== null)
      throw new JoinTokenRefused("This join token was already used. Make a new one on the Machines page.");
    if (token.expired) throw new JoinTokenRefused("This join token has expired. Make a new one on the Machines page.");
    const now = ctx.clock.now();
    const id = newId("machine", now.getTime());
    const { organisationId } = token;
    await store.insertMachine(tx, { id, organisationId, name, publicKey, report, lastSeenAt: now });
    await store.spendJoinToken(tx, token.id, id);
    await record(
      tx,
      { kind: "machine", machineId: id, organisationId },
      { action: "identity.machine-joined", target: id, details: { name } },
    );
    return answer(tx, id, organisationId);
  });
}

async function answer(tx: Tx, machineId: string, organisationId: string): Promise<JoinResponse> {
  const organisation = await store.findOrganisation(tx, organisationId);
  assert(organisation !== null, "a join token names an existing organisation");
  return { machineId, organisationName: organisation.name };
}
