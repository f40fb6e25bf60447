// `node scripts/stripe-parameters.mjs`: writes what Stripe's own types say about the parameters of every endpoint of the sandbox.
// The result is committed; test/stripe/parameters.test.ts checks that it is up to date.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tsImport } from "tsx/esm/api";
import { PARAMETERS_FILE, renderParameters } from "./stripe/parameters.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { ENDPOINTS } = await tsImport("../src/server/stripe-sandbox/routes.ts", import.meta.url);
writeFileSync(join(root, PARAMETERS_FILE), renderParameters(root, ENDPOINTS));
process.stdout.write(`${PARAMETERS_FILE}\n`);
