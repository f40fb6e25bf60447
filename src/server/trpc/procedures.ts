import { initTRPC } from "@trpc/server";
import superjson from "superjson";
import { Forbidden, Unauthenticated, type MemberActor } from "@/kernel";
import type { RequestContext } from "./context";
import { refusalData, toTransportError } from "./domain-error";

const PING_EVERY_MS = 5_000;
const RECONNECT_AFTER_SILENCE_MS = 15_000;

const t = initTRPC.context<RequestContext>().create({
  transformer: superjson,
  errorFormatter: ({ shape, error, ctx }) => {
    const { code, httpStatus, path } = shape.data;
    return {
      ...shape,
      data: {
        code,
        httpStatus,
        path: path ?? null,
        requestId: ctx?.requestId ?? null,
        refusal: refusalData(error.cause),
      },
    };
  },
  sse: {
    ping: { enabled: true, intervalMs: PING_EVERY_MS },
    client: { reconnectAfterInactivityMs: RECONNECT_AFTER_SILENCE_MS },
  },
});

export const { router, createCallerFactory } = t;

/** next() never throws: a failed call comes back as a result that is not ok, so errors are mapped by looking at it. */
const mappedErrors = t.middleware(async ({ ctx, next, path }) => {
  const result = await next();
  if (!result.ok) throw toTransportError(result.error, { requestId: ctx.requestId, path });
  return result;
});

/** Anyone may call this. */
export const publicProcedure = t.procedure.use(mappedErrors);

/** A signed-in person, in an organisation or not yet. */
export const personProcedure = publicProcedure.use(({ ctx, next }) => {
  if (ctx.session === null)
    throw new Unauthenticated("You are not signed in, or your session has ended. Sign in again.");
  return next({ ctx: { session: ctx.session } });
});

/** A member; `ctx.context` is what verbs take. Roles are the verbs' own business. */
export const memberProcedure = personProcedure.use(({ ctx, next }) => {
  const { actor } = ctx.session;
  if (actor === null) throw new Forbidden("You do not belong to an organisation yet. Create one first.");
  return next({ ctx: { actor, context: memberContext(ctx, actor) } });
});

function memberContext(ctx: RequestContext, actor: MemberActor) {
  return ctx.services.contextFor(actor, ctx.requestId);
}
