import { randomUUID } from "node:crypto";
import type { ReadableStream as WebStream } from "node:stream/web";
import { isSameOrigin } from "@/server/auth-cookie";
import { requestMemberContext } from "@/server/auth-session";
import { webEnv } from "@/server/env";
import { refusalResponse } from "@/server/trpc/domain-error";
import { receiveUpload } from "@/server/uploads";

export const dynamic = "force-dynamic";

/** Takes the raw bytes of one file and answers their content address and size. */
export async function POST(request: Request): Promise<Response> {
  const requestId = randomUUID();
  if (!isSameOrigin(request, webEnv().publicUrl))
    return Response.json({ error: { message: "Uploads must come from Trainyard's own pages." } }, { status: 403 });
  try {
    const ctx = await requestMemberContext(request, requestId);
    return Response.json(await receiveUpload(ctx, request.body as WebStream | null));
  } catch (error) {
    return refusalResponse(error, requestId);
  }
}
