import { existsSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const Mail = z.object({ to: z.string(), link: z.string() });
export type Mail = z.infer<typeof Mail>;

const LOOK_EVERY_MS = 300;

/** Calls `onMail` for each message that the web app adds to the sandbox's outbox from now on, until `signal`. */
export async function followOutbox(
  dataDirectory: string,
  signal: AbortSignal,
  onMail: (mail: Mail) => void,
): Promise<void> {
  const path = join(dataDirectory, "mail", "outbox.ndjson");
  let position = existsSync(path) ? (await stat(path)).size : 0;
  let rest = "";
  while (!signal.aborted) {
    const size = existsSync(path) ? (await stat(path)).size : 0;
    if (size > position) {
      const lines = (rest + (await readFrom(path, position, size))).split("\n");
      rest = lines.pop() ?? "";
      position = size;
      for (const line of lines) onMail(Mail.parse(JSON.parse(line)));
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function readFrom(path: string, from: number, to: number): Promise<string> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.toString("utf8");
  } finally {
    await file.close();
  }
}
