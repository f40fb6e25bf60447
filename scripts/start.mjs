// `npm start`: makes the checkout ready, then hands over to the supervisor (src/server/start/main.ts).
// Imports nothing but Node until the packages are there.
import { isNodeRecent } from "./setup/requirements.mjs";

if (!isNodeRecent(process.version)) {
  process.stderr.write(
    `Trainyard needs Node 20.19 or later; this is ${process.version}. Install it from https://nodejs.org and start again.\n`,
  );
  process.exit(1);
}
const { prepare } = await import("./setup/prepare.mjs");
await prepare();
await import(new URL("../dist/server/start/main.js", import.meta.url).href);
