// `node scripts/contracts.mjs`: compiles src/contracts into the files that the platform deploys and calls them by.
// They are committed, since the compiler is a development package; test/contracts checks that they are up to date.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderArtifacts } from "./contracts/artifacts.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
for (const { path, text } of renderArtifacts()) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
