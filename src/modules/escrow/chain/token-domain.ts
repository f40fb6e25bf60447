import { parseAbi, type PublicClient } from "viem";
import type { Address } from "./address";
import type { TokenDomain } from "./terms";

const abi = parseAbi([
  "function name() view returns (string)",
  "function version() view returns (string)",
  "function eip712Domain() view returns (bytes1, string name, string version, uint256, address, bytes32, uint256[])",
]);

/** The domain a token signs under, as the token itself says: it differs from chain to chain. */
export async function tokenDomain(node: PublicClient, chainId: number, token: Address): Promise<TokenDomain> {
  const read = { address: token, abi } as const;
  const name = await node.readContract({ ...read, functionName: "name" });
  const version = await node.readContract({ ...read, functionName: "version" }).catch(async () => {
    const domain = await node.readContract({ ...read, functionName: "eip712Domain" });
    return domain[2];
  });
  return { name, version, chainId, verifyingContract: token };
}
