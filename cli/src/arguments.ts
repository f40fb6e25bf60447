import { parseArgs } from "node:util";
import type { EstimateChoices } from "@trainyard/graph";
import { UsageError } from "./usage-error";

const OPTIMIZERS = ["adamw", "sgd", "lion", "adafactor"] as const;
const PRECISIONS = ["float32", "bfloat16", "float16"] as const;
const LOSSES = [
  "crossEntropy",
  "nextToken",
  "binaryCrossEntropy",
  "meanSquaredError",
  "meanAbsoluteError",
  "huber",
  "distillation",
] as const;

export const USAGE = `trainyard: the command line of Trainyard.

  trainyard inspect <model.onnx>    what a model holds, what training it takes, and what stands in the way

  --batch <number>       examples of a step (default 32, or what the model fixes)
  --parts <number>       parts a batch is computed in, to save memory (default 1)
  --optimizer <name>     ${OPTIMIZERS.join(", ")}
  --loss <name>          ${LOSSES.join(", ")}
  --precision <name>     ${PRECISIONS.join(", ")}
  --json                 the report for machines

Exit status: 0 when the model can be trained, 2 when something stands in the way, 1 on a mistake.
`;

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "inspect"; readonly file: string; readonly choices: EstimateChoices; readonly json: boolean };

/** Reads the command line. Throws UsageError on what it does not know. */
export function readArguments(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  const [command = "help", ...rest] = positionals;
  if (values.help === true || command === "help") return { kind: "help" };
  if (command !== "inspect") throw new UsageError(`"${command}" is not a command of this program.\n\n${USAGE}`);
  const [file] = rest;
  if (file === undefined || rest.length > 1)
    throw new UsageError("inspect takes one file: trainyard inspect model.onnx");
  return {
    kind: "inspect",
    file,
    json: values.json ?? false,
    choices: {
      batchSize: whole("--batch", values.batch),
      accumulationSteps: whole("--parts", values.parts),
      optimizer: oneOf("--optimizer", OPTIMIZERS, values.optimizer),
      loss: oneOf("--loss", LOSSES, values.loss),
      precision: oneOf("--precision", PRECISIONS, values.precision),
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        batch: { type: "string" },
        parts: { type: "string" },
        optimizer: { type: "string" },
        loss: { type: "string" },
        precision: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function whole(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`${flag} takes a whole number from 1, not "${text}".`);
  return value;
}

function oneOf<Name extends string>(flag: string, names: readonly Name[], text: string | undefined): Name | undefined {
  if (text === undefined) return undefined;
  const name = names.find((known) => known === text);
  if (name === undefined) throw new UsageError(`${flag} takes one of ${names.join(", ")}, not "${text}".`);
  return name;
}
