import type { MachineReport } from "@trainyard/protocol";
import type { Arguments } from "./arguments";
import { machineReport } from "./machine-report";
import { OperatorError } from "./operator-error";
import { chooseProvider, exactProvider, probeExact, probeProviders, type ProviderProbe } from "./probe";
import type { SandboxSettings } from "./sandbox";

/** What was tried on this machine, and the report that follows from it. */
export interface Measured {
  /** Of native jobs, by provider; none in WebAssembly. */
  readonly native: readonly ProviderProbe[];
  readonly exact: ProviderProbe;
  readonly report: MachineReport;
}

/** Measures this machine under both engines, or in WebAssembly under the exact one. Throws OperatorError when none runs. */
export async function measureMachine(
  { runtime, provider }: Pick<Arguments, "runtime" | "provider">,
  sandbox: SandboxSettings,
): Promise<Measured> {
  const native = runtime === "wasm" ? [] : await probeProviders(sandbox, provider);
  const chosen = runtime === "wasm" ? null : chooseProvider(provider, native);
  const exact = await probeExact(sandbox, exactProvider(chosen?.name ?? "wasm"));
  if (chosen === null && exact.flopsPerSecond === null)
    throw new OperatorError(`ONNX Runtime Web cannot train on this machine: ${exact.detail}`);
  return { native, exact, report: machineReport({ native, chosen, exact }, sandbox.confinement) };
}
