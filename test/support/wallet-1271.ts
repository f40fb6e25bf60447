import type { Abi, Hex } from "viem";
import { compileContract } from "../../scripts/contracts/compile.mjs";

const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// A wallet that is a contract: whatever its owner signed, it signed.
contract Wallet1271 {
    address private immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bytes32 r = bytes32(signature[0:32]);
        bytes32 s = bytes32(signature[32:64]);
        return ecrecover(hash, uint8(signature[64]), r, s) == owner ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// Puts such wallets on chain at an address that is known before.
contract WalletFactory {
    function make(address owner) external returns (address) {
        return address(new Wallet1271{salt: 0}(owner));
    }

    function addressOf(address owner) external view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(Wallet1271).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), bytes32(0), code)))));
    }
}
`;

/** One of the two contracts, compiled. */
export function compileWallet(name: "Wallet1271" | "WalletFactory"): { abi: Abi; bytecode: Hex } {
  return compileContract(name, SOURCE) as { abi: Abi; bytecode: Hex };
}
