import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Question {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}
interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** What a relay does with one question: null leaves it to the chain, an error or another answer replaces the chain's. */
export type Meddling = (question: Question, answer: Answer) => Answer | null;

/** A node as an operator rents it: it passes questions on to the real chain, unless it is down or meddles. */
export class NodeRelay {
  isDown = false;
  meddle: Meddling | null = null;
  /** Methods that were asked, for tests that count. */
  readonly asked: string[] = [];
  #server = createServer();
  url = "";

  static async open(chainUrl: string): Promise<NodeRelay> {
    const relay = new NodeRelay();
    relay.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        if (relay.isDown) {
          response.destroy();
          return;
        }
        const body = Buffer.concat(parts).toString();
        void relay.#pass(chainUrl, body).then(
          (text) => response.writeHead(200, { "content-type": "application/json" }).end(text),
          () => response.writeHead(502).end(),
        );
      });
    });
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    relay.url = `http://127.0.0.1:${(relay.#server.address() as AddressInfo).port}`;
    return relay;
  }

  async #pass(chainUrl: string, body: string): Promise<string> {
    const asked = JSON.parse(body) as Question | Question[];
    const questions = Array.isArray(asked) ? asked : [asked];
    this.asked.push(...questions.map((question) => question.method));
    const response = await fetch(chainUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(questions),
    });
    const answers = (await response.json()) as Answer[];
    const told = answers.map((answer) => {
      const question = questions.find((one) => one.id === answer.id);
      return (question && this.meddle?.(question, answer)) ?? answer;
    });
    return JSON.stringify(Array.isArray(asked) ? told : told[0]);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
