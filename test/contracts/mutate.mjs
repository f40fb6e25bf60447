// Damages the escrow contract in one place at a time and counts how often the tests notice.
// `node test/contracts/mutate.mjs [--every N] [--from N] [--like TEXT]`: every N-th mutant, from the N-th on, those of the
// lines that hold TEXT.
// Takes half an hour on one core. Ends with 1 when fewer than 95 % are noticed, or when equivalent-mutants.json, the list of
// the changes that no caller can observe, names one that does not exist.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compileContract } from "../../scripts/contracts/compile.mjs";

const GOAL = 0.95;
const CONTRACT = "TrainyardEscrow";
const root = fileURLToPath(new URL("../../", import.meta.url));

const BY_UNIT_TEST = "noticed by a unit test";
const BY_INVARIANT = "noticed by an invariant";
const BY = [BY_UNIT_TEST, BY_INVARIANT];
const NOBODY = "not noticed";
const EQUIVALENT = "listed as equivalent";
const UNCHANGED = "compiled to the same code";
const INVALID = "does not compile";

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
  [/\bterms\.verifier\b/g, "terms.arbiter"],
  [/\bterms\.rampSeconds\b/g, "terms.arbiterSeconds"],
  [/\bterms\.amount\b/g, "1"],
  [/\bmsg\.sender\b/g, "tx.origin"],
  [/\btoPayee\b(?=[;,)])/g, "toPayer"],
  [/\btoPayer\b(?=[;,)])/g, "toPayee"],
  [/\border\.openedAt\b/g, "order.frozenAt"],
  [/ nonReentrant /g, " "],
  [/^ +nonReentrant$/gm, ""],
  [/if \(!/g, "if ("],
  [/= 2_000;/g, "= 2_001;"],
  [/= 90 days;/g, "= 91 days;"],
  [/= 10_000;/g, "= 9_999;"],
  [/ = 1;/g, " = 0;"],
  [/ = 1;/g, " = 2;"],
  [/block\.chainid/g, "uint256(1)"],
  [
    /^ +(?:if \(.*\) revert|emit|orders\[|_entries\[|order\.|_credit\(|_only\(|_pull\(|_check|token\.safe)[^\n]*;[^\n]*$/gm,
    "",
  ],
];

const { values } = parseArgs({
  options: {
    every: { type: "string", default: "1" },
    from: { type: "string", default: "1" },
    like: { type: "string", default: "" },
  },
});
const source = readFileSync(join(root, `src/contracts/${CONTRACT}.sol`), "utf8");
const equivalents = JSON.parse(readFileSync(new URL("equivalent-mutants.json", import.meta.url), "utf8"));
const all = everyMutant(source);
for (const listed of equivalents) {
  if (!all.some((mutant) => isSame(listed, mutant))) throw new Error(`No mutant is ${JSON.stringify(listed)}`);
}

const { bytecode } = compileContract(CONTRACT);
if (whoNotices(bytecode) !== NOBODY) throw new Error("The tests fail on the undamaged contract.");

const mutants = all
  .filter(({ line }) => line.includes(values.like))
  .slice(Number(values.from) - 1)
  .filter((_, i) => i % Number(values.every) === 0);
const outcomes = new Map([[bytecode, UNCHANGED]]);
const tally = new Map();
const survivors = [];
for (const [index, mutant] of mutants.entries()) {
  const change = `${mutant.in}: ${mutant.line} → ${mutant.becomes || "(nothing)"}`;
  const outcome = outcomeOf(mutant);
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  if (outcome === NOBODY) survivors.push(change);
  process.stdout.write(`${index + 1}/${mutants.length} ${outcome} | ${change}\n`);
}
const noticed = BY.reduce((sum, outcome) => sum + (tally.get(outcome) ?? 0), 0);
const score = noticed / (noticed + survivors.length);
for (const survivor of survivors) process.stdout.write(`survived: ${survivor}\n`);
for (const [outcome, count] of tally) process.stdout.write(`${count} ${outcome}\n`);
process.stdout.write(
  `${noticed} of ${noticed + survivors.length} mutants noticed: ${(score * 100).toFixed(1)} % (goal ${GOAL * 100} %)\n`,
);
process.exit(score >= GOAL ? 0 : 1);

function everyMutant(text) {
  const start = text.indexOf("uint256 private constant BPS");
  return OPERATORS.flatMap(([pattern, to]) =>
    [...text.matchAll(pattern)].map((match) => {
      const mutated = text.slice(0, match.index) + to + text.slice(match.index + match[0].length);
      const number = text.slice(0, match.index).split("\n").length - 1;
      return {
        index: match.index,
        in: functionAround(text, match.index),
        line: text.split("\n")[number].trim(),
        becomes: mutated.split("\n")[number].trim(),
        text: mutated,
      };
    }),
  )
    .filter(({ index, line }) => index >= start && !/^(?:\/\/|\/\*|\*)/.test(line))
    .sort((a, b) => a.index - b.index);
}

function functionAround(text, index) {
  const before = [...text.slice(text.indexOf(`contract ${CONTRACT}`), index).matchAll(/^ {4}function (\w+)/gm)];
  return before.at(-1)?.[1] ?? CONTRACT;
}

function isSame(listed, mutant) {
  return listed.in === mutant.in && listed.line === mutant.line && listed.becomes === mutant.becomes;
}

/** Two mutants that compile to the same code share one outcome. */
function outcomeOf(mutant) {
  if (equivalents.some((listed) => isSame(listed, mutant))) return EQUIVALENT;
  const code = compiled(mutant.text);
  if (code === null) return INVALID;
  const outcome = outcomes.get(code) ?? whoNotices(code);
  outcomes.set(code, outcome);
  return outcome;
}

function compiled(text) {
  try {
    return compileContract(CONTRACT, text).bytecode;
  } catch {
    return null;
  }
}

/** Unit and gas tests first, since they take a second; invariants only for what gets past them. */
function whoNotices(code) {
  if (!passes(code, "--no-match-contract", "Invariants|TestUsdc")) return BY_UNIT_TEST;
  return passes(code, "--match-contract", "Invariants") ? NOBODY : BY_INVARIANT;
}

/** Whether all of them pass. The npm package's launcher always ends with 0, so the summary is what counts. */
function passes(code, ...filter) {
  const { stdout, stderr } = spawnSync(
    join(root, "node_modules/.bin/forge"),
    ["test", "--root", ".", "--fail-fast", "--threads", "1", ...filter],
    {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        ESCROW_CODE: code,
        FOUNDRY_CONFIG: join(root, "test/contracts/foundry.toml"),
        FOUNDRY_PROFILE: "mutants",
        NO_COLOR: "1",
      },
    },
  );
  const summary = / (\d+) tests passed, (\d+) failed/.exec(stdout);
  if (summary === null || Number(summary[1]) + Number(summary[2]) === 0) {
    throw new Error(`forge has not tested anything:\n${stdout}\n${stderr}`);
  }
  return summary[2] === "0";
}
