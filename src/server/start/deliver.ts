import { createWriteStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Context } from "@/kernel";
import { openDeliverable, type DeliverableKind, type JobView } from "@/modules/settlement";

/** Paths of a completed job's files on this disk. */
export type DeliveredFiles = Readonly<Record<DeliverableKind, string>>;

/** Writes the job's files under their download names, as the page would hand them out; what is there already stays. */
export async function writeDeliverables(buyer: Context, job: JobView, dataDirectory: string): Promise<DeliveredFiles> {
  const folder = join(dataDirectory, "deliverables", job.id);
  await mkdir(folder, { recursive: true });
  const paths: [DeliverableKind, string][] = [];
  for (const { kind, bytes } of job.deliverables) {
    const { stream, fileName } = await openDeliverable(buyer, { jobId: job.id, kind });
    const path = join(folder, fileName);
    paths.push([kind, path]);
    if ((await stat(path).catch(() => null))?.size === bytes) {
      stream.destroy();
      continue;
    }
    await pipeline(stream, createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
  }
  return Object.fromEntries(paths) as Record<DeliverableKind, string>;
}
