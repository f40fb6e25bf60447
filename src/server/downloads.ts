import { Readable } from "node:stream";
import { NotFound, type Context } from "@/kernel";
import { exportActivity, ExportActivityInput } from "@/modules/identity";
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

/** The audit log as a download. The first line is asked for before answering, so that a refusal is an answer and no broken file. */
export async function auditLogResponse(ctx: Context, query: URLSearchParams): Promise<Response> {
  const at = (name: string): Date | undefined => {
    const text = query.get(name);
    return text === null || text === "" ? undefined : new Date(text);
  };
  const [from, to] = [at("from"), at("to")];
  const input = ExportActivityInput.safeParse({
    action: query.get("action") ?? undefined,
    actor: query.get("actor") ?? undefined,
    from,
    to,
  });
  if (!input.success) throw new NotFound("audit log for", query.toString());
  const lines = exportActivity(ctx, input.data);
  const header = await lines.next();
  const body = async function* (): AsyncGenerator<string> {
    if (header.done !== true) yield header.value;
    yield* lines;
  };
  return new Response(Readable.toWeb(Readable.from(encoded(body()))) as ReadableStream, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="audit-log-${ctx.clock.now().toISOString().slice(0, 10)}.csv"`,
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
    },
  });
}

async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of lines) yield encoder.encode(line);
}
