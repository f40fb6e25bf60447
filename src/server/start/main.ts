import { fileURLToPath } from "node:url";
import type { JobView } from "@/modules/settlement";
import { StartError } from "../postgres/start-error";
import { writeDeliverables, type DeliveredFiles } from "./deliver";
import type { Demo } from "./demo";
import { startEnvironment } from "./env";
import { readFlags, USAGE, type StartFlags } from "./flags";
import { lockDataDirectory } from "./lock";
import { outcomeLines, resultLine, shortcoming } from "./outcome";
import { requireFreePorts } from "./ports";
import { findOrPostSample } from "./sample-job";
import { startSettings, type StartSettings } from "./settings";
import { followOutbox } from "./sign-in-links";
import { Supervisor, welcomeLines } from "./supervisor";
import { Terminal } from "./terminal";
import { watchJob } from "./watch-job";

/** This file is dist/server/start/main.js when it runs. */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** Processes of a supervisor that was killed end within this time. */
const LEFT_OVER_MS = 8_000;

interface Run {
  readonly flags: StartFlags;
  readonly settings: StartSettings;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

interface Result {
  readonly job: JobView;
  readonly files: DeliveredFiles;
}

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const settings = startSettings(ROOT, flags, startEnvironment());
  if (!settings.sandbox && (flags.once || flags.postAnother))
    throw new StartError(
      "The sample job is paid with demo money, and there is none beside a live Stripe key.",
      "Leave --once and --new away, or set STRIPE_SECRET_KEY to a test key.",
    );
  const { wasLeft, unlock } = lockDataDirectory(settings.dataDirectory);
  process.on("exit", unlock);
  await requireFreePorts(settings, wasLeft ? LEFT_OVER_MS : 0);
  const terminal = new Terminal(process.stdout, () => performance.now());
  const supervisor = new Supervisor(settings, terminal);
  const signal = stopSignal(supervisor, terminal);
  const run: Run = { flags, settings, terminal, signal };
  let result: Result | null = null;
  try {
    result = await untilStopped(signal, serve(run, supervisor));
  } finally {
    await supervisor.stop();
  }
  return conclude(run, result);
}

/** Brings everything up, shows the sample job, and stays unless asked for the job alone. */
async function serve(run: Run, supervisor: Supervisor): Promise<Result | null> {
  const { flags, settings, terminal, signal } = run;
  const demo = await supervisor.start();
  for (const line of welcomeLines(settings)) terminal.line(line);
  const links = followOutbox(settings.dataDirectory, signal, ({ to, link }) =>
    terminal.line(`Sign-in link for ${to}:\n  ${link}`),
  );
  const result = demo === null ? null : await showSample(run, demo);
  if (!flags.once) await links;
  return result;
}

async function showSample({ flags, settings, terminal, signal }: Run, demo: Demo): Promise<Result | null> {
  const buyer = demo.as("buyer");
  const { job: first, found } = await findOrPostSample(buyer, flags.sample, flags.postAnother || flags.once);
  const url = `${settings.publicUrl}/jobs/${first.id}`;
  if (found === "posted") terminal.line(`Posted the sample job: ${url}`);
  if (found === "unfinished") terminal.line(`The sample job goes on where it was: ${url}`);
  if (found === "finished") terminal.line("The sample job has finished. Another one: npm start -- --new");
  const job = await watchJob(buyer, first.id, { terminal, url, signal });
  if (job === null) return null;
  terminal.settle();
  const wrong = shortcoming(job);
  if (wrong !== null) throw new StartError(wrong, `Its page tells why: ${url}`);
  const files = await writeDeliverables(buyer, job, settings.dataDirectory);
  for (const line of outcomeLines(job, files, url)) terminal.line(line);
  return { job, files };
}

/** Ends with the work, or with the first stop signal. */
async function untilStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  const stopped = new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true }));
  const outcome = await Promise.race([work, stopped]);
  work.catch(() => undefined); // after a stop, work fails where it loses what it stood on
  return outcome;
}

/** The first Ctrl-C stops everything in order, a second one at once. */
function stopSignal(supervisor: Supervisor, terminal: Terminal): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) {
      supervisor.kill();
      process.exit(130);
    }
    stop.abort();
    terminal.settle();
    terminal.line("Stopping; press Ctrl-C again to stop at once.");
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return stop.signal;
}

function conclude({ flags, terminal, signal }: Run, result: Result | null): number {
  if (flags.once && result !== null) terminal.line(resultLine(result.job, result.files));
  else if (signal.aborted) terminal.line("Stopped. Nothing is lost: npm start goes on from here.");
  return flags.once && result === null ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text =
      error instanceof StartError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    process.stderr.write(`\n${text}\n`);
    process.exit(1);
  },
);
