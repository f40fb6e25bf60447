import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { isSameOrigin } from "@/server/auth-cookie";
import { webEnv } from "@/server/env";
import { requestContext } from "@/server/trpc/context";
import { appRouter } from "@/server/trpc/root";

export const dynamic = "force-dynamic";

async function answer(request: Request): Promise<Response> {
  if (request.method === "POST" && !isSameOrigin(request, webEnv().publicUrl))
    return Response.json({ error: { message: "This call must come from Trainyard's own pages." } }, { status: 403 });
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: () => requestContext(request),
  });
}

export { answer as GET, answer as POST };
