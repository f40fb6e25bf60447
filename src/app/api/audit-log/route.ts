import { randomUUID } from "node:crypto";
import { requestMemberContext } from "@/server/auth-session";
import { auditLogResponse } from "@/server/downloads";
import { refusalResponse } from "@/server/trpc/domain-error";

export const dynamic = "force-dynamic";

/** Streams the organisation's audit log as CSV, narrowed as the page is. */
export async function GET(request: Request): Promise<Response> {
  const requestId = randomUUID();
  try {
    const ctx = await requestMemberContext(request, requestId);
    return await auditLogResponse(ctx, new URL(request.url).searchParams);
  } catch (error) {
    return refusalResponse(error, requestId);
  }
}
