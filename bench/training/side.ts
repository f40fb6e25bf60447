import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { BenchFailure } from "../support/report";

const Trained = z.object({ ms: z.number(), losses: z.array(z.number()) });
const Finished = z.object({ peakBytes: z.number() });

/** A process that trains when it is told to and waits otherwise, so that two can take turns on the same cores. */
export interface Side {
  train(steps: number): Promise<z.infer<typeof Trained>>;
  /** Ends the process; answers the most memory it ever held. */
  finish(): Promise<z.infer<typeof Finished>>;
  /** Ends the process at once, whatever it does. */
  kill(): void;
}

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export function startSide({ name, command, args, env }: Program): Side {
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => void (errors += chunk.toString("utf8")));
  child.stdin.on("error", () => undefined); // a dead process is told from its missing answer
  child.on("error", (error) => void (errors += error.message));
  const ask = async (question: string): Promise<unknown> => {
    child.stdin.write(`${question}\n`);
    const line = await lines.next();
    if (line.done === true)
      throw new BenchFailure(`${name} ended in the middle of the run:\n${errors.trim()}\n`, "Correct that, run again.");
    return JSON.parse(line.value);
  };
  return {
    train: async (steps) => Trained.parse(await ask(`train ${steps}`)),
    finish: async () => Finished.parse(await ask("finish")),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** How long sides take turns: so many rounds, fewer where they would take longer than the time, but never fewer than the least. */
export interface Turns {
  readonly rounds: number;
  readonly least: number;
  readonly ms: number;
}

/** Milliseconds per step of every side, round by round: all train `steps` in one round, one after the other. */
export async function takeTurns(sides: readonly Side[], steps: number, turns: Turns): Promise<number[][]> {
  const times = sides.map((): number[] => []);
  const started = performance.now();
  for (let round = 0; round < turns.rounds; round++) {
    if (round >= turns.least && performance.now() - started > turns.ms) break;
    for (const [i, side] of sides.entries()) times[i]?.push((await side.train(steps)).ms / steps);
  }
  return times;
}
