import { defaultShouldDehydrateQuery, QueryClient } from "@tanstack/react-query";
import superjson from "superjson";

const FRESH_MS = 10_000;
const RETRIES_MAX = 2;

/** A query cache whose server-side copy survives the trip to the browser with its dates and bigints. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: FRESH_MS, retry: (failures, error) => failures < RETRIES_MAX && !isRefusal(error) },
      dehydrate: { serializeData: superjson.serialize, shouldDehydrateQuery: defaultShouldDehydrateQuery },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}

/** A refusal stays a refusal however often it is asked; only failures of the way there are worth another try. */
function isRefusal(error: unknown): boolean {
  const data = error instanceof Error && "data" in error ? error.data : null;
  return typeof data === "object" && data !== null && "httpStatus" in data && Number(data.httpStatus) < 500;
}
