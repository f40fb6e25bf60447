import { randomUUID } from "node:crypto";
import { requestMemberContext } from "@/server/auth-session";
import { exportResponse } from "@/server/billing-downloads";
import { refusalResponse } from "@/server/trpc/domain-error";

export const dynamic = "force-dynamic";

/** Streams the organisation's books in one of the export formats: `?from=2026-11-01&to=2026-11-30&asset=USD&part=1`. */
export async function GET(request: Request, { params }: { params: Promise<{ format: string }> }): Promise<Response> {
  const requestId = randomUUID();
  try {
    const ctx = await requestMemberContext(request, requestId);
    return await exportResponse(ctx, (await params).format, new URL(request.url).searchParams);
  } catch (error) {
    return refusalResponse(error, requestId);
  }
}
