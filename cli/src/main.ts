import { GraphRefusal } from "@trainyard/graph";
import { readArguments, USAGE } from "./arguments";
import { inspect } from "./inspect";
import { printInspection } from "./print-inspection";
import { UsageError } from "./usage-error";

async function main(argv: readonly string[]): Promise<number> {
  const command = readArguments(argv);
  if (command.kind === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  const inspection = await inspect(command.file, command.choices);
  process.stdout.write(
    command.json ? `${JSON.stringify(inspection, undefined, 2)}\n` : printInspection(command.file, inspection),
  );
  return inspection.estimate === null ? 2 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof GraphRefusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof GraphRefusal ? 2 : 1;
}
