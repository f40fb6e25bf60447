// `npm start`: makes the checkout ready, then hands over to the supervisor (src/server/start/main.ts).
// Imports nothing but Node until the packages are there.
import { requireRecentNode } from "./setup/requirements.mjs";

requireRecentNode();
const { prepare } = await import("./setup/prepare.mjs");
await prepare();
await import(new URL("../dist/server/start/main.js", import.meta.url).href);
