import { z } from "zod";
import type { Route } from "./call";
import { find } from "./call";
import { read } from "./parameters";
import type { Kinds } from "./state";

/** The endpoint that answers with one object by its id. It takes no parameters. */
export function retrieval(path: string, table: keyof Kinds): Route {
  return {
    method: "GET",
    path,
    run: (call) => {
      read(call.parameters, z.strictObject({}));
      return find(call, table, call.path[0] ?? "");
    },
  };
}
