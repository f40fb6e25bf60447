import type { IncomingMessage } from "node:http";
import { TransportRefusal } from "./wire-error";

/** Largest JSON body: a commitment with 100,000 losses fits. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** Reads a JSON body with a size limit; answers the bytes too, since the signature covers them. */
export async function readBody(request: IncomingMessage): Promise<{ bytes: Uint8Array; json: unknown }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > BODY_BYTES_MAX)
      throw new TransportRefusal(413, "gateway/too-large", `A message has at most ${BODY_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  try {
    return { bytes, json: JSON.parse(bytes.toString("utf8")) };
  } catch {
    throw new TransportRefusal(400, "gateway/not-json", "The message is not JSON.");
  }
}
