import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { control } from "./controls";
import { answerApi } from "./api";
import { startDeliverer } from "./core/deliver";
import { StripeFailure, notImplemented } from "./core/failure";
import { parseForm } from "./core/form";
import { settleDue } from "./core/settle";
import { loadState, stateSaver } from "./core/state";
import { hostedPage } from "./hosted";
import { setUpEndpoint, type SetUpEndpoint } from "./core/set-up-endpoint";

/** How a sandbox is started. */
export interface SandboxOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The only API key that is accepted. */
  readonly secretKey: string;
  /** Where the state outlives the process; in memory only if absent. */
  readonly stateFile?: string;
  /** Card money is available at once, so that a demonstration need not wait two days for a payout. */
  readonly settlesAtOnce?: boolean;
  /** Endpoints that an operator has set up by hand, with the secrets that Stripe's pages showed. */
  readonly webhooks?: readonly SetUpEndpoint[];
}

/** A running sandbox. */
export interface StripeSandbox {
  readonly url: string;
  readonly port: number;
  /** Stops listening and delivering; what was answered is in the state file. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1_000_000;

/** Starts a Stripe of our own on 127.0.0.1. */
export async function startStripeSandbox(options: SandboxOptions): Promise<StripeSandbox> {
  const state = loadState(options.stateFile);
  state.settlesAtOnce = options.settlesAtOnce === true;
  for (const endpoint of options.webhooks ?? []) setUpEndpoint(state, endpoint);
  const save = stateSaver(state, options.stateFile);
  const deliverer = startDeliverer(state, save);
  const inFlight = new Set<string>();
  const context = { state, secretKey: options.secretKey, inFlight, origin: "" };

  const settleAndSave = (): void => {
    settleDue(state);
    save();
    deliverer.wake();
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    const body = await bodyOf(request);
    settleDue(state);
    if (url.pathname.startsWith("/_")) {
      const answer = controlAnswer(() =>
        control(state, request.method ?? "GET", url.pathname, body === "" ? {} : (JSON.parse(body) as unknown)),
      );
      settleAndSave();
      return send(response, answer.status, { "content-type": "application/json" }, JSON.stringify(answer.body));
    }
    if (!url.pathname.startsWith("/v1/") && !url.pathname.startsWith("/v2/")) {
      const page = hostedPage(state, request.method ?? "GET", url.pathname, parseForm(body), context.origin);
      settleAndSave();
      return send(response, page.status, page.headers, page.body);
    }
    const answer = await answerApi(context, request, url, body);
    settleAndSave();
    if (answer.isDropped) {
      response.destroy();
      return;
    }
    send(response, answer.status, answer.headers, answer.body);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      send(
        response,
        500,
        { "content-type": "application/json" },
        JSON.stringify({ error: { type: "api_error", message } }),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  context.origin = `http://127.0.0.1:${port}`;
  const tick = setInterval(settleAndSave, 1_000);
  settleAndSave();

  const close = async (): Promise<void> => {
    clearInterval(tick);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    await deliverer.stop();
  };
  return { url: context.origin, port, close };
}

function controlAnswer(run: () => object | null): { status: number; body: object } {
  try {
    const body = run();
    if (body === null) throw notImplemented("that control");
    return { status: 200, body };
  } catch (error) {
    if (error instanceof StripeFailure) return { status: error.status, body: { error: error.body } };
    if (error instanceof SyntaxError) return { status: 400, body: { error: { message: "The body is not JSON." } } };
    throw error;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new Error("The request is larger than the sandbox takes.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
  response.end(body);
}
