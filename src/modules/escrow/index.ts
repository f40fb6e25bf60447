export { testUsdcAbi, testUsdcBytecode } from "./contract/test-usdc";
export { trainyardEscrowAbi, trainyardEscrowBytecode } from "./contract/trainyard-escrow";
