import type { Context } from "@/kernel";
import { BlobMissing } from "./errors";

/** The bytes of an upload; throws BlobMissing when they never arrived or are larger than `bytesMax`. */
export async function readUpload(ctx: Context, hash: string, bytesMax: number): Promise<Uint8Array> {
  const bytes = await ctx.blobs.size(hash);
  if (bytes === null)
    throw new BlobMissing("These bytes were not uploaded, or the upload failed. Upload the file again.", { hash });
  if (bytes > bytesMax)
    throw new BlobMissing(`The file has ${bytes} bytes; at most ${bytesMax} are read here. Use a smaller file.`, {
      bytes,
    });
  return ctx.blobs.get(hash);
}
