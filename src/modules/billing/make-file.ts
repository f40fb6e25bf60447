import { createHash } from "node:crypto";
import { assert, failpoint, type Context } from "@/kernel";
import { hashSnapshot } from "./documents/hash-snapshot";
import { DocumentSnapshot } from "./documents/snapshot";
import { renderDocument } from "./pdf/render-document";
import { findAnyDocument, insertFile, selectWithoutFile } from "./store/documents";

/** A document's PDF as it is kept. */
export interface KeptFile {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * The PDF of an issued document: the one that was made, or made now from its snapshot. Two processes at once make the same
 * bytes, and the first row stays.
 */
export async function makeFile(ctx: Context, documentId: string): Promise<KeptFile> {
  const document = await findAnyDocument(ctx.database.reader, documentId);
  assert(document !== null, "documents are never deleted");
  if (document.file !== null) return document.file;
  const snapshot = DocumentSnapshot.parse(document.snapshot);
  assert(hashSnapshot(snapshot) === document.snapshotHash, "a snapshot never changes");
  const pdf = await renderDocument(snapshot);
  const sha256 = createHash("sha256").update(pdf).digest("hex");
  await ctx.blobs.put(pdf);
  failpoint("document-printed");
  await insertFile(ctx.database.reader, { documentId, sha256, bytes: pdf.byteLength });
  return { sha256, bytes: pdf.byteLength };
}

const FILES_PER_RUN = 50;

/** Makes the files that a process left out when it died between a document and its PDF. */
export async function makeMissingFiles(ctx: Context): Promise<number> {
  const missing = await selectWithoutFile(ctx.database.reader, FILES_PER_RUN);
  for (const { id } of missing) await makeFile(ctx, id);
  return missing.length;
}
