import { Readable } from "node:stream";
import { NotFound, type Context } from "@/kernel";
import { DeliverableKind, openDeliverable } from "@/modules/settlement";

/** A deliverable as a download: always an attachment, never shown by the browser on our own origin. */
export async function downloadResponse(ctx: Context, file: { id: string; kind: string }): Promise<Response> {
  const kind = DeliverableKind.safeParse(file.kind);
  if (!kind.success) throw new NotFound("file", file.kind);
  const { stream, bytes, fileName, contentType } = await openDeliverable(ctx, { jobId: file.id, kind: kind.data });
  const plainName = fileName.replace(/[^\w.-]+/g, "-");
  return new Response(Readable.toWeb(stream) as ReadableStream, {
    headers: {
      "content-type": contentType,
      "content-length": String(bytes),
      "content-disposition": `attachment; filename="${plainName}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
    },
  });
}
