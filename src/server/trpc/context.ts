import { randomUUID } from "node:crypto";
import { requestSession, type BrowserSession } from "../auth-session";
import { webEnv } from "../env";
import { services, type Services } from "../services";

/** What every procedure starts from: who asks, and the services. */
export interface RequestContext {
  readonly session: BrowserSession | null;
  readonly services: Services;
  readonly gatewayUrl: string;
  readonly requestId: string;
}

/** The context of a session, for pages that fetch before they render. */
export function contextOf(session: BrowserSession | null): RequestContext {
  const { gatewayUrl } = webEnv();
  return { session, services: services(), gatewayUrl, requestId: randomUUID() };
}

/** The context of an API request. */
export async function requestContext(request: Request): Promise<RequestContext> {
  return contextOf(await requestSession(request));
}
