"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchStreamLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { useState, type ReactNode } from "react";
import superjson from "superjson";
import type { AppRouter } from "@/server/trpc/root";
import { makeQueryClient } from "./query-client";
import { TRPCProvider } from "./trpc";

const URL_PATH = "/api/trpc";
/** Keeps a batched GET below the address length that proxies accept; longer batches are split. */
const URL_LENGTH_MAX = 4_000;

/** Gives the pages below it the API: calls in batches whose answers stream, live news over one event stream. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: (operation) => operation.type === "subscription",
          true: httpSubscriptionLink({ url: URL_PATH, transformer: superjson }),
          false: httpBatchStreamLink({ url: URL_PATH, transformer: superjson, maxURLLength: URL_LENGTH_MAX }),
        }),
      ],
    }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
