#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/main.js", import.meta.url);
if (!existsSync(fileURLToPath(main))) {
  process.stderr.write(
    "The command line is not built yet: dist/main.js is missing. Run `npm run build -w cli` in the repository, then start it again.\n",
  );
  process.exit(1);
}
await import(main.href);
