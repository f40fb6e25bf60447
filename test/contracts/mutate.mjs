// Damages the escrow contract in one place at a time and counts how often the tests notice.
// `node test/contracts/mutate.mjs [--every N]` compiles each on its own, beside the tests; with N it tries every N-th mutant.
// Ends with 1 when fewer than 95 % are noticed.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const GOAL = 0.95;
const CONTRACT = "src/contracts/TrainyardEscrow.sol";
const solc = createRequire(import.meta.url)("solc");
const root = fileURLToPath(new URL("../../", import.meta.url));

/** One pattern each; every place in the code where it fits is a mutant. */
const OPERATORS = [
  [/ <= /g, " < "],
  [/ <= /g, " > "],
  [/ < /g, " <= "],
  [/ > /g, " >= "],
  [/ > /g, " < "],
  [/ == /g, " != "],
  [/ != /g, " == "],
  [/ \|\| /g, " && "],
  [/ && /g, " || "],
  [/ \+ /g, " - "],
  [/ - /g, " + "],
  [/ \* /g, " / "],
  [/ \/ /g, " * "],
  [/ \+= /g, " -= "],
  [/ \+= /g, " = "],
  [/\bterms\.payer\b/g, "terms.payee"],
  [/\bterms\.payee\b/g, "terms.payer"],
  [/\bterms\.arbiter\b/g, "terms.payer"],
  [/\bterms\.feeTo\b/g, "terms.payee"],
  [/\bterms\.openUntil\b/g, "terms.graceUntil"],
  [/\bterms\.graceUntil\b/g, "terms.openUntil"],
  [/\border\.released\b(?! [+=])/g, "order.refunded"],
  [/\border\.refunded\b(?! [+=])/g, "order.released"],
  [/ nonReentrant /g, " "],
  [/^ +nonReentrant$/gm, ""],
  [/if \(!/g, "if ("],
  [/= 2_000;/g, "= 2_001;"],
  [/= 90 days;/g, "= 91 days;"],
  [/= 10_000;/g, "= 9_999;"],
  [/block\.chainid/g, "uint256(1)"],
  [
    /^ +(?:if \(.*\) revert|emit|orders\[|claimable\[|order\.|if \(fee|_only\(|_pull\(|_check|token\.safe)[^\n]*;$/gm,
    "",
  ],
];

/** Changes that no caller can observe: part of the line, and what was put there. */
const EQUIVALENT = [
  ["return prolonged > terms.graceUntil", " >= "], // the two are equal where the answers differ
];

const { values } = parseArgs({ options: { every: { type: "string", default: "1" } } });
const source = readFileSync(join(root, CONTRACT), "utf8");
const mutants = everyMutant(source).filter((_, index) => index % Number(values.every) === 0);
const survivors = [];
let invalid = 0;
if (notices(source) !== "no") throw new Error("The tests fail on the undamaged contract.");
for (const [index, { text, line, from, to }] of mutants.entries()) {
  const change = `line ${line}: ${from.trim()} → ${to.trim() || "(nothing)"}`;
  const noticed = notices(text);
  if (noticed === "does not compile") invalid++;
  if (noticed === "no") survivors.push(change);
  process.stdout.write(`${index + 1}/${mutants.length} ${change}: ${noticed}\n`);
}
const tried = mutants.length - invalid;
const score = (tried - survivors.length) / tried;
for (const survivor of survivors) process.stdout.write(`survived: ${survivor}\n`);
process.stdout.write(
  `${tried - survivors.length} of ${tried} mutants noticed: ${(score * 100).toFixed(1)} % (goal ${GOAL * 100} %)\n`,
);
process.exit(score >= GOAL ? 0 : 1);

function everyMutant(text) {
  const start = text.indexOf("uint256 private constant BPS");
  return OPERATORS.flatMap(([pattern, to]) =>
    [...text.matchAll(pattern)].map((match) => {
      const before = text.slice(0, match.index);
      return {
        index: match.index,
        line: before.split("\n").length,
        from: match[0],
        to,
        text: before + to + text.slice(match.index + match[0].length),
      };
    }),
  )
    .filter(({ index, line, to }) => {
      const code = text.split("\n")[line - 1];
      const isComment = /^\s*(?:\/\/|\/\*|\*)/.test(code);
      return index >= start && !isComment && !EQUIVALENT.some(([part, by]) => code.includes(part) && by === to);
    })
    .sort((a, b) => a.index - b.index);
}

/** Unit tests first, since they take a second; invariants only for what gets past them. */
function notices(text) {
  const code = compile(text);
  if (code === null) return "does not compile";
  if (!passes(code, "--no-match-contract", "Invariants|Gas|TestUsdc")) return "by a unit test";
  return passes(code, "--match-contract", "Invariants") ? "no" : "by an invariant";
}

function compile(text) {
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: "Solidity",
        sources: { [CONTRACT]: { content: text } },
        settings: {
          evmVersion: "cancun",
          optimizer: { enabled: true, runs: 10_000 },
          outputSelection: { [CONTRACT]: { TrainyardEscrow: ["evm.bytecode.object"] } },
        },
      }),
      { import: (path) => ({ contents: readFileSync(join(root, "node_modules", path), "utf8") }) },
    ),
  );
  return output.contracts?.[CONTRACT]?.TrainyardEscrow.evm.bytecode.object ?? null;
}

/** Whether all of them pass. The npm package's launcher always ends with 0, so the summary is what counts. */
function passes(code, ...filter) {
  const { stdout } = spawnSync(
    join(root, "node_modules/.bin/forge"),
    ["test", "--root", ".", "--fail-fast", ...filter],
    {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        ESCROW_CODE: `0x${code}`,
        FOUNDRY_CONFIG: join(root, "test/contracts/foundry.toml"),
        FOUNDRY_PROFILE: "mutants",
        FOUNDRY_FUZZ_RUNS: "32",
      },
    },
  );
  return /[1-9]\d* tests passed, 0 failed/.test(stdout);
}
