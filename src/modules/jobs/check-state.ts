import { decodeSafetensors, SafetensorsError, stateRoot, type NamedTensor } from "@trainyard/protocol";
import type { Context } from "@/kernel";
import { DomainError } from "@/kernel";
import { nativeSha256 } from "./native-sha256";

/** The committed state is not what it claims to be; the segment is not accepted. */
export class StateRefused extends DomainError {
  readonly code = "jobs/state-refused";
  readonly kind = "invalid";
}

/**
 * Checks an uploaded state before its commitment is accepted: it is there, has the tensors of the initial state with the
 * same types and shapes, holds no NaN or infinity (their bits differ between machines), and hashes to the claimed root.
 */
export async function checkState(
  ctx: Context,
  claim: { stateBlob: string; stateRoot: string; initialState: string },
): Promise<void> {
  if ((await ctx.blobs.size(claim.stateBlob)) === null)
    throw new StateRefused("The state was not uploaded before the commitment.");
  const tensors = decodeState(await ctx.blobs.get(claim.stateBlob));
  const initial = decodeState(await ctx.blobs.get(claim.initialState));
  if (signature(tensors) !== signature(initial))
    throw new StateRefused("The state's tensors are not those of this job.");
  for (const tensor of tensors)
    if (tensor.dtype === "float32" && hasNonFinite(tensor.data))
      throw new StateRefused(`Tensor ${tensor.name} holds NaN or infinity.`);
  if (stateRoot(tensors, nativeSha256) !== claim.stateRoot)
    throw new StateRefused("The state does not hash to the claimed root.");
}

/** The tensors of a stored state. */
export function decodeState(file: Uint8Array): NamedTensor[] {
  try {
    return decodeSafetensors(file);
  } catch (error) {
    if (error instanceof SafetensorsError)
      throw new StateRefused(`The state is not a safetensors file. ${error.message}`);
    throw error;
  }
}

function signature(tensors: readonly NamedTensor[]): string {
  return JSON.stringify(tensors.map(({ name, dtype, shape }) => [name, dtype, shape]));
}

/** A float32 is NaN or infinite exactly when its eight exponent bits are all set (IEEE 754). */
function hasNonFinite(data: Uint8Array): boolean {
  for (let i = 3; i < data.byteLength; i += 4)
    if (((data[i] ?? 0) & 0x7f) === 0x7f && ((data[i - 1] ?? 0) & 0x80) !== 0) return true;
  return false;
}
