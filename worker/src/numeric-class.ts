import { createHash } from "node:crypto";
import {
  canonicalJson,
  inNameOrder,
  type EngineSettings,
  type ExecutionProviderName,
  type NamedTensor,
} from "@trainyard/protocol";
import { probeModel } from "@trainyard/graph";
import { fromRuntimeTensor, openSession, RUNTIME_VERSION, toRuntimeTensor } from "./session";

/**
 * Runs the probe graph and hashes what comes out: machines with the same hash compute the same bits under these
 * settings. Costs one small session; every segment pays it, so that a class is proven where it is claimed.
 */
export async function measureNumericClass(engine: EngineSettings, provider: ExecutionProviderName): Promise<string> {
  const { model, inputs } = probeModel();
  const session = await openSession(model, engine, provider);
  const feeds = new Map(inputs.map((input) => [input.name, toRuntimeTensor(input)]));
  const outputs = [...(await session.run(feeds))].map(([name, tensor]) => fromRuntimeTensor(name, tensor));
  const hash = numericClassHash({ engine, provider, runtimeVersion: RUNTIME_VERSION }, outputs);
  await session.close();
  return hash;
}

/** SHA-256 over the settings as canonical JSON, then each probe output's bytes in name order. */
export function numericClassHash(
  settings: { engine: EngineSettings; provider: ExecutionProviderName; runtimeVersion: string },
  outputs: readonly NamedTensor[],
): string {
  const { engine, provider, runtimeVersion } = settings;
  const { threads, optimization } = engine;
  const hash = createHash("sha256");
  hash.update(`trainyard/numeric-class/v1\n${canonicalJson({ runtimeVersion, provider, threads, optimization })}\n`);
  for (const output of inNameOrder(outputs)) hash.update(output.data);
  return hash.digest("hex");
}
