import { randomUUID } from "node:crypto";
import { requestMemberContext } from "@/server/auth-session";
import { downloadResponse } from "@/server/downloads";
import { refusalResponse } from "@/server/trpc/domain-error";

export const dynamic = "force-dynamic";

/** Streams one of a completed job's files: checkpoint, model or receipt. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string; kind: string }> },
): Promise<Response> {
  const requestId = randomUUID();
  try {
    const ctx = await requestMemberContext(request, requestId);
    return await downloadResponse(ctx, await params);
  } catch (error) {
    return refusalResponse(error, requestId);
  }
}
