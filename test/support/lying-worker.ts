import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors, encodeSafetensors, stateRoot, type Lease, type NamedTensor } from "@trainyard/protocol";
import type { DemoOrganisationKey } from "@/modules/identity";
import { createJoinToken } from "@/modules/identity";
import { setOffer } from "@/modules/market";
import { isFenced } from "../../worker/src/gateway-error";
import { LeaseKeeper } from "../../worker/src/lease-keeper";
import { commitRequest } from "../../worker/src/run-lease";
import { nativeSha256 } from "../../worker/src/segment-run";
import { HonestRun } from "./honest-run";
import { joinMachineByHand, type JoinedMachine } from "./join-machine";
import type { Platform } from "./platform";

/** A provider that speaks the protocol to the letter and trains for real, but changes one weight of one segment's state. */
export class LyingWorker {
  readonly committed: number[] = [];
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  /** Joins as an organisation's machine with a real machine's numeric class, offers it, and works until stopped. */
  static async start(
    platform: Platform,
    organisation: DemoOrganisationKey,
    options: { floorMicrosPerHour: bigint; numericClass: string; liesAtIndex: number },
  ): Promise<LyingWorker> {
    const worker = new LyingWorker();
    const { joinToken } = await createJoinToken(platform.as(organisation));
    const { numericClass } = options;
    const machine = { folder: platform.folder, name: "liar", joinToken, numericClass };
    const joined = await joinMachineByHand(platform.gatewayUrl, machine);
    await setOffer(platform.as(organisation), {
      machineId: joined.machineId,
      floorMicrosPerHour: options.floorMicrosPerHour,
      state: "active",
    });
    worker.#loop = worker.#work(joined, options);
    return worker;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #work(machine: JoinedMachine, lie: { numericClass: string; liesAtIndex: number }): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const { lease } = await machine.client.lease({ numericClass: lie.numericClass, waitMs: 500 }, signal);
        if (lease === null) continue;
        const keeper = new LeaseKeeper(machine.client, lease);
        await this.#finish(lease, machine, { ...lie, keeper }).finally(() => keeper.stop());
      } catch (error) {
        if (signal.aborted || isRefused(error)) return;
        if (!isFenced(error)) throw error;
      }
    }
  }

  async #finish(
    lease: Lease,
    { client, folder, key }: JoinedMachine,
    lie: { numericClass: string; liesAtIndex: number; keeper: LeaseKeeper },
  ): Promise<void> {
    const { signal } = this.#stop;
    const read = async (hash: string): Promise<Uint8Array> =>
      new Uint8Array(await (await client.openBlob(lease.leaseId, hash, signal)).arrayBuffer());
    const run = await HonestRun.open(lease.spec, read);
    const { state, losses, evaluation } = await run.segment(
      lease.index,
      decodeSafetensors(await read(lease.startState)),
    );
    const told = lease.index === lie.liesAtIndex ? withOneWeightChanged(state) : state;
    const file = encodeSafetensors(told);
    const stateBlob = createHash("sha256").update(file).digest("hex");
    const path = join(folder, stateBlob);
    writeFileSync(path, file);
    await client.putBlob(lease.leaseId, { sha256: stateBlob, path, bytes: file.byteLength }, signal);
    const base64 = (values: Float32Array): string =>
      Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
    const result = {
      kind: "segment" as const,
      stateRoot: stateRoot(told, nativeSha256),
      stateBlob,
      losses: base64(losses),
      evaluation: base64(evaluation),
      numericClass: lie.numericClass,
      ...{ trainMs: 1, evaluateMs: 1, hashMs: 1 },
    };
    await lie.keeper.stop(); // a heartbeat that crosses the commit would be fenced
    await client.commit(lease.leaseId, commitRequest(lease, result, 1, key));
    this.committed.push(lease.index);
  }
}

/** The smallest lie: one bit of one parameter. */
function withOneWeightChanged(state: readonly NamedTensor[]): NamedTensor[] {
  return state.map((tensor) => {
    if (tensor.dtype !== "float32" || tensor.name.startsWith("adam.")) return tensor;
    const data = tensor.data.slice();
    data[0] = (data[0] ?? 0) ^ 1;
    return { ...tensor, data };
  });
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 403;
}
