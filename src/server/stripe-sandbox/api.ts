import type { IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Call } from "./core/call";
import { strike } from "./core/chaos";
import { checkParameters } from "./core/check-parameters";
import { API_VERSION } from "./core/events";
import { expanded } from "./core/expand";
import { StripeFailure, invalid, notImplemented, tooMany } from "./core/failure";
import type { FormObject } from "./core/form";
import { parseForm } from "./core/form";
import { fingerprint, saveAnswer, savedAnswer } from "./core/idempotency";
import type { State } from "./core/state";
import { newId } from "./core/state";
import { routeFor } from "./routes";

/** What all requests share. */
export interface ApiContext {
  readonly state: State;
  readonly secretKey: string;
  /** Idempotency keys whose first request is still being carried out. */
  readonly inFlight: Set<string>;
  readonly origin: string;
}

/** An answer, and whether the connection breaks before it is sent. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isDropped: boolean;
}

interface Result {
  readonly status: number;
  readonly body: string;
  readonly isReplayed?: boolean;
}

/** Answers one request to the API. */
export async function answerApi(
  context: ApiContext,
  request: IncomingMessage,
  url: URL,
  text: string,
): Promise<ApiAnswer> {
  const { chaos } = context.state;
  const requestId = newId("req", 14);
  const key = header(request, "idempotency-key");
  const result = await resultOf(context, request, url, text, requestId).catch((error: unknown) => failed(error));
  const isWrite = request.method !== "GET";
  return {
    status: result.status,
    headers: {
      "content-type": "application/json",
      "request-id": requestId,
      "stripe-version": header(request, "stripe-version") ?? API_VERSION,
      ...(key === null ? {} : { "idempotency-key": key }),
      ...(result.isReplayed === true ? { "idempotent-replayed": "true" } : {}),
      ...(result.status === 429 ? { "retry-after": String(chaos.retryAfterSeconds) } : {}),
      ...(result.status === 501 ? { "stripe-should-retry": "false" } : {}),
    },
    body: result.body,
    isDropped: isWrite && result.status < 500 && strike(chaos, "dropResponses", url.pathname),
  };
}

async function resultOf(
  context: ApiContext,
  request: IncomingMessage,
  url: URL,
  text: string,
  requestId: string,
): Promise<Result> {
  const { state, inFlight } = context;
  authenticate(request, context.secretKey);
  if (strike(state.chaos, "rateLimits", url.pathname)) throw tooMany();
  const method = request.method ?? "GET";
  const endpoint = `${method} ${url.pathname}`;
  const owner = accountOf(state, request);
  const key = method === "POST" ? header(request, "idempotency-key") : null;
  const print = key === null ? null : fingerprint(owner, key, endpoint, text);
  if (print !== null && inFlight.has(print.key)) throw inUse();
  const saved = print === null ? null : savedAnswer(state, print);
  if (saved !== null) return { status: saved.status, body: saved.body, isReplayed: true };
  if (print !== null) inFlight.add(print.key);
  try {
    if (state.chaos.delayMs > 0 && url.pathname.startsWith(state.chaos.path)) await pause(state.chaos.delayMs);
    const source = method === "POST" ? text : url.searchParams.toString();
    const { expand, ...parameters } = parseForm(source);
    const result = carryOut(state, url.pathname, method, expand, {
      state,
      owner,
      parameters,
      path: [],
      origin: context.origin,
      requestId,
      idempotencyKey: key,
    });
    if (print !== null) saveAnswer(state, print, result.status, result.body);
    return result;
  } finally {
    if (print !== null) inFlight.delete(print.key);
  }
}

function carryOut(
  state: State,
  path: string,
  method: string,
  expand: FormObject[string] | undefined,
  call: Call,
): Result {
  try {
    const found = routeFor(method, path);
    if (found === null) throw notImplemented(`${method} ${path}`);
    if (method !== "GET" && strike(state.chaos, "serverErrors", path)) {
      throw new StripeFailure(500, { type: "api_error", message: "An unknown error occurred (chaos)." });
    }
    checkParameters(`${method} ${found.route.path}`, call.parameters);
    const body = found.route.run({ ...call, path: found.names });
    return {
      status: 200,
      body: JSON.stringify(expanded(state, body, expand), state.chaos.lateFees ? withoutFee : undefined, 2),
    };
  } catch (error) {
    return failed(error);
  }
}

/** A replacer under which no charge names its balance transaction. */
function withoutFee(_key: string, value: unknown): unknown {
  const isCharge = typeof value === "object" && value !== null && "object" in value && value.object === "charge";
  return isCharge ? { ...value, balance_transaction: null } : value;
}

function failed(error: unknown): Result {
  if (!(error instanceof StripeFailure)) throw error;
  return { status: error.status, body: JSON.stringify({ error: error.body }, null, 2) };
}

function authenticate(request: IncomingMessage, secretKey: string): void {
  const given = header(request, "authorization") ?? "";
  const basic = given.startsWith("Basic ") ? Buffer.from(given.slice(6), "base64").toString().split(":")[0] : null;
  if ((basic ?? given.replace(/^Bearer /, "")) === secretKey) return;
  throw new StripeFailure(401, { type: "invalid_request_error", message: "Invalid API Key provided." });
}

function accountOf(state: State, request: IncomingMessage): string {
  const account = header(request, "stripe-account");
  if (account === null || account === state.platform) return state.platform;
  if (state.tables.accounts[account] !== undefined) return account;
  throw new StripeFailure(403, {
    type: "invalid_request_error",
    code: "account_invalid",
    message: `The provided key does not have access to account '${account}' (or that account does not exist).`,
  });
}

function inUse(): StripeFailure {
  const { body } = invalid(
    "There is currently another in-progress request using this Idempotent Key. Please try again later.",
    "idempotency_key_in_use",
  );
  return new StripeFailure(409, { ...body, type: "idempotency_error" });
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : null;
}
