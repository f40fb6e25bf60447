import { randomUUID } from "node:crypto";
import { requestMemberContext } from "@/server/auth-session";
import { documentResponse } from "@/server/billing-downloads";
import { refusalResponse } from "@/server/trpc/domain-error";

export const dynamic = "force-dynamic";

/** Sends the PDF of one of the organisation's documents. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const requestId = randomUUID();
  try {
    const ctx = await requestMemberContext(request, requestId);
    return await documentResponse(ctx, (await params).id);
  } catch (error) {
    return refusalResponse(error, requestId);
  }
}
