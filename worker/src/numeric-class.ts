import { createHash } from "node:crypto";
import {
  canonicalJson,
  EXACT_CLASS,
  inNameOrder,
  type EngineSettings,
  type ExecutionProviderName,
  type NamedTensor,
} from "@trainyard/protocol";
import { probeModel } from "@trainyard/graph";
import { exactProbe } from "./exact-probe";
import { SegmentFailure } from "./segment-failure";
import { fromRuntimeTensor, openSession, RUNTIME_VERSION, toRuntimeTensor } from "./session";

/**
 * Runs the engine's probe graph and hashes what comes out: machines with the same hash compute the same bits under these
 * settings. Costs one small session; every segment pays it, so that a class is proven where it is claimed. Throws
 * SegmentFailure "unsupported" where the exact probe gives other bits than it must.
 */
export async function measureNumericClass(engine: EngineSettings, provider: ExecutionProviderName): Promise<string> {
  const { model, inputs } = engine.kind === "exact" ? exactProbe() : probeModel();
  const session = await openSession(model, engine, provider);
  const feeds = new Map(inputs.map((input) => [input.name, toRuntimeTensor(input)]));
  const outputs = [...(await session.run(feeds))].map(([name, tensor]) => fromRuntimeTensor(name, tensor));
  await session.close();
  if (engine.kind === "native") return numericClassHash({ engine, provider, runtimeVersion: RUNTIME_VERSION }, outputs);
  if (exactClassHash(outputs) !== EXACT_CLASS)
    throw new SegmentFailure("unsupported", "The exact probe gives other bits here than everywhere else.");
  return EXACT_CLASS;
}

/** SHA-256 over the settings as canonical JSON, then each probe output's bytes in name order. */
function numericClassHash(
  settings: {
    engine: Extract<EngineSettings, { kind: "native" }>;
    provider: ExecutionProviderName;
    runtimeVersion: string;
  },
  outputs: readonly NamedTensor[],
): string {
  const { engine, provider, runtimeVersion } = settings;
  const { threads, optimization } = engine;
  return hashOutputs(
    `numeric-class/v1\n${canonicalJson({ runtimeVersion, provider, threads, optimization })}`,
    outputs,
  );
}

/** SHA-256 over each exact probe output's bytes in name order: no settings, since none may change them. */
export function exactClassHash(outputs: readonly NamedTensor[]): string {
  return hashOutputs("exact-class/v1", outputs);
}

function hashOutputs(head: string, outputs: readonly NamedTensor[]): string {
  const hash = createHash("sha256").update(`trainyard/${head}\n`);
  for (const output of inNameOrder(outputs)) hash.update(output.data);
  return hash.digest("hex");
}
