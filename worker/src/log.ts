/** Facts of one event; --json prints them as they are. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Writes one calm line an event, for people or (as JSON) for machines. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

/** A log that writes lines through `write`; `now` gives the time of day. */
export function createLog(options: { json: boolean; write: (line: string) => void; now: () => Date }): Log {
  const emit = (level: "info" | "warn", message: string, fields: LogFields): void => {
    const now = options.now();
    if (options.json) {
      options.write(`${JSON.stringify({ time: now.toISOString(), level, message, ...fields })}\n`);
      return;
    }
    const clock = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, "0"));
    options.write(`${clock.join(":")}  ${message.replace(/\s+/g, " ")}\n`);
  };
  return {
    info: (message, fields = {}) => emit("info", message, fields),
    warn: (message, fields = {}) => emit("warn", message, fields),
  };
}

/** A job or blob id short enough for a line, still enough to find it. */
export function shortId(id: string): string {
  return id.length > 14 ? `${id.slice(0, 10)}…` : id;
}
