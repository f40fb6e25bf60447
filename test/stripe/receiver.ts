import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One webhook as it came in. */
export interface Received {
  readonly body: string;
  readonly signature: string;
}

/** A webhook endpoint that remembers what it got. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** The status of the next answers; 200 until changed. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** Starts a webhook endpoint on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      received.push({
        body: Buffer.concat(parts).toString("utf8"),
        signature: String(request.headers["stripe-signature"]),
      });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    received,
    answer: (next) => {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
