export { DepositSandboxInput, depositSandbox, type Rails } from "./deposit-sandbox";
export { DepositMismatch, SandboxClosed } from "./errors";
