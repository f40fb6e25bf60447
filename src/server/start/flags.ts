import { parseArgs } from "node:util";
import { TEMPLATES } from "@/modules/jobs";
import { StartError } from "../postgres/start-error";

export type SampleId = (typeof TEMPLATES)[number]["id"];

/** What `npm start -- …` was asked to do. */
export interface StartFlags {
  readonly help: boolean;
  readonly once: boolean;
  readonly postAnother: boolean;
  readonly sample: SampleId;
  readonly port: number | undefined;
  readonly dataDirectory: string | undefined;
}

const SAMPLES = TEMPLATES.map((template) => template.id);
const DEFAULT_SAMPLE: SampleId = "mnist-mlp";

export const USAGE = `npm start -- [flags]      start everything, train the sample job, stay up until Ctrl-C

  --once          train the sample job, print its result and stop; succeeds only when it is verified and paid
  --new           post another sample job although one has finished
  --job NAME      the sample: ${SAMPLES.join(", ")} (default ${DEFAULT_SAMPLE})
  --port N        where the web app listens (default 3000, or TRAINYARD_PORT); workers use the port after it
  --data DIR      where everything is kept (default .data)
`;

/** Reads the command line. Throws StartError on what it does not know. */
export function readFlags(argv: readonly string[]): StartFlags {
  const values = parse(argv);
  const sample = SAMPLES.find((id) => id === (values.job ?? DEFAULT_SAMPLE));
  if (sample === undefined)
    throw new StartError(`There is no sample job "${values.job}".`, `Known: ${SAMPLES.join(", ")}.`);
  return {
    help: values.help === true,
    once: values.once === true,
    postAnother: values.new === true,
    sample,
    port: values.port === undefined ? undefined : portNumber(values.port, "--port"),
    dataDirectory: values.data,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: "boolean", short: "h" },
        once: { type: "boolean" },
        new: { type: "boolean" },
        job: { type: "string" },
        port: { type: "string" },
        data: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)}.`, `\n\n${USAGE}`);
  }
}

/** A port that leaves room for the gateway's, which is the next one. */
export function portNumber(text: string, from: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port < 65_535) return port;
  throw new StartError(`${from} is "${text}", which is not a port.`, "Give a whole number from 1 to 65534.");
}
