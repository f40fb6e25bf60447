"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc";

/** What to do once a change of the spending controls went through: the pages read anew, then `after`. */
export function useChanged(after: () => void): () => Promise<void> {
  const trpc = useTRPC();
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: trpc.spending.pathKey() });
    after();
  };
}
