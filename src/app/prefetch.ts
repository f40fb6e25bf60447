import { dehydrate, type DehydratedState } from "@tanstack/react-query";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { makeQueryClient } from "@/features/api/query-client";
import type { BrowserSession } from "@/server/auth-session";
import { contextOf } from "@/server/trpc/context";
import { appRouter } from "@/server/trpc/root";

/** Asks for a page's queries on the server, so that its first picture is whole. One that fails is asked again by the browser. */
export async function prefetched(
  session: BrowserSession,
  queries: (trpc: ServerQueries) => readonly object[],
): Promise<DehydratedState> {
  const client = makeQueryClient();
  const trpc = serverQueries(session, client);
  await Promise.all(
    queries(trpc).map((options) => client.prefetchQuery(options as Parameters<typeof client.prefetchQuery>[0])),
  );
  return dehydrate(client);
}

type ServerQueries = ReturnType<typeof serverQueries>;

function serverQueries(session: BrowserSession, queryClient: ReturnType<typeof makeQueryClient>) {
  return createTRPCOptionsProxy({ ctx: contextOf(session), router: appRouter, queryClient });
}
