import { Readable } from "node:stream";
import type { Context } from "@/kernel";
import { exportBooks, ExportInput, ExportRefused, openDocument } from "@/modules/billing";
import { services } from "./services";

/** A document's PDF as a download, under its number; the entity tag is its SHA-256. */
export async function documentResponse(ctx: Context, documentId: string): Promise<Response> {
  const { bytes, fileName, sha256 } = await openDocument(ctx, { documentId });
  return new Response(new Uint8Array(bytes), {
    headers: {
      ...attachment(fileName, "application/pdf"),
      "content-length": String(bytes.byteLength),
      etag: `"${sha256}"`,
    },
  });
}

/** An export as a download that is written while it is sent. */
export async function exportResponse(ctx: Context, format: string, query: URLSearchParams): Promise<Response> {
  const part = query.get("part");
  const input = ExportInput.safeParse({
    format,
    from: query.get("from"),
    to: query.get("to"),
    asset: query.get("asset"),
    ...(part === null ? {} : { part: Number(part) }),
  });
  if (!input.success) {
    const [issue] = input.error.issues;
    throw new ExportRefused(`${issue?.path.join(".") ?? "input"}: ${issue?.message ?? "is not valid"}`);
  }
  const { fileName, contentType, chunks } = await exportBooks(ctx, services().seller, input.data);
  const bytes = Readable.toWeb(Readable.from(encoded(chunks), { objectMode: false }));
  return new Response(bytes as ReadableStream, { headers: attachment(fileName, contentType) });
}

async function* encoded(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(chunk);
}

/** Always an attachment, never shown by the browser on our own origin. File names of ours are plain ASCII. */
function attachment(fileName: string, contentType: string): Record<string, string> {
  return {
    "content-type": contentType,
    "content-disposition": `attachment; filename="${fileName}"`,
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
  };
}
