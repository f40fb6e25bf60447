import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 90;
const TAIL_LINES = 40;

/** What a set-up step says when it fails: the sentence, and the last lines of its output. */
export class SetupError extends Error {
  constructor(happened, fix, output = "") {
    super(`${happened} ${fix}`);
    this.name = "SetupError";
    this.output = output.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
  }
}

/** A line that says what is being done: redrawn in place on a terminal, one line at start and end elsewhere. */
export function progressLine(title, stream = process.stdout) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);
  let detail = "";
  let frame = 0;
  const draw = () => {
    const text = `${FRAMES[frame++ % FRAMES.length]} ${title} ${seconds()} s ${detail}`;
    stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  if (!stream.isTTY) stream.write(`${title} …\n`);
  const timer = stream.isTTY ? setInterval(draw, FRAME_MS) : undefined;
  return {
    detail: (text) => void (detail = text),
    end(mark = "✓") {
      clearInterval(timer);
      stream.write(`${stream.isTTY ? "\r\x1b[2K" : ""}${mark} ${title} (${seconds()} s)\n`);
    },
  };
}

/**
 * Runs a program behind a progress line. Its output goes to `logFile` and is shown only when it fails.
 * @param {string} title
 * @param {{ command: string, args: string[], cwd: string, env?: object, logFile: string, fix: string }} program
 */
export async function runBehindLine(title, program) {
  const line = progressLine(title);
  const { code, output } = await capture(program, (text) => line.detail(text));
  mkdirSync(dirname(program.logFile), { recursive: true });
  appendFileSync(program.logFile, `\n$ ${program.command} ${program.args.join(" ")}\n${output}`);
  line.end(code === 0 ? "✓" : "✗");
  if (code !== 0) throw new SetupError(`${title} failed (code ${code}).`, program.fix, output);
}

function capture({ command, args, cwd, env }, onLine) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    const collect = (chunk) => {
      output += chunk;
      const last = String(chunk).trimEnd().split("\n").at(-1)?.trim();
      if (last) onLine(last);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });
}
