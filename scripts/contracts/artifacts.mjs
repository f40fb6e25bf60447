import { compileContract } from "./compile.mjs";

const FOLDER = "src/modules/escrow/contract";

/** What the platform needs to deploy and call each contract: one generated file a contract, the same on every machine. */
export function renderArtifacts() {
  return [
    render("TrainyardEscrow", "trainyard-escrow", "trainyardEscrow"),
    render("TestUsdc", "test-usdc", "testUsdc"),
  ];
}

function render(contract, file, prefix) {
  const { abi, bytecode } = compileContract(contract);
  const entries = abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join("");
  return {
    contract,
    path: `${FOLDER}/${file}.ts`,
    bytecode,
    text: `// Made from src/contracts/${contract}.sol by \`node scripts/contracts.mjs\`; change that file and run it again.

/** What ${contract} understands, typed for viem. */
export const ${prefix}Abi = [
${entries}] as const;

/** What deploys ${contract}, before the constructor's arguments. */
export const ${prefix}Bytecode =
  "${bytecode}";
`,
  };
}
