import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const solc = createRequire(import.meta.url)("solc");

/** The settings of test/contracts/foundry.toml. The byte code carries no hash of the sources, so a comment does not change it. */
const SETTINGS = {
  evmVersion: "cancun",
  optimizer: { enabled: true, runs: 10_000 },
  metadata: { bytecodeHash: "none" },
};

/**
 * Compiles the contract of that name in `src/contracts`, of another text where one is given.
 * Throws what the compiler says where it does not compile.
 */
export function compileContract(name, text) {
  const path = `src/contracts/${name}.sol`;
  const { contracts, errors } = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: "Solidity",
        sources: { [path]: { content: text ?? readFileSync(join(root, path), "utf8") } },
        settings: { ...SETTINGS, outputSelection: { [path]: { [name]: ["abi", "evm.bytecode.object"] } } },
      }),
      { import: (imported) => ({ contents: readFileSync(join(root, "node_modules", imported), "utf8") }) },
    ),
  );
  const contract = contracts?.[path]?.[name];
  if (contract === undefined) throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}
