// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {TestUsdc} from "../../src/contracts/TestUsdc.sol";
import {TrainyardEscrow} from "../../src/contracts/TrainyardEscrow.sol";

/// The part of forge's test machine that these tests use.
interface Vm {
    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    function addr(uint256 key) external pure returns (address);
    function envOr(string calldata name, bytes calldata otherwise) external view returns (bytes memory);
    function chainId(uint256 id) external;
    function expectEmit(address emitter) external;
    function expectRevert() external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;
    function lastCallGas() external view returns (Gas memory);
    function prank(address sender) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 time) external;
}

/// A wallet that is a contract: whatever its owner signed, it signed.
contract Wallet1271 {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (bytes32 r, bytes32 s, uint8 v) = abi.decode(signature, (bytes32, bytes32, uint8));
        return ecrecover(hash, v, r, s) == owner ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// Accounts, signatures and comparisons that the tests of the contracts share.
abstract contract EscrowTest {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 internal constant PAYER_KEY = 0xA11CE;
    uint256 internal constant VERIFIER_KEY = 0x5E11;
    uint256 internal constant STRANGER_KEY = 0xBAD;
    uint40 internal constant START = 1_700_000_000;
    uint40 internal constant OPEN_UNTIL = START + 10 days;
    uint40 internal constant GRACE_UNTIL = START + 13 days;
    uint64 internal constant AMOUNT = 100_000_000;

    address internal immutable payer = vm.addr(PAYER_KEY);
    address internal immutable verifier = vm.addr(VERIFIER_KEY);
    address internal immutable stranger = vm.addr(STRANGER_KEY);
    address internal constant payee = address(0xBEE1);
    address internal constant arbiter = address(0xA4B1);
    address internal constant feeTo = address(0xFEE1);

    TestUsdc internal usdc;
    TrainyardEscrow internal escrow;

    function setUp() public virtual {
        vm.warp(START);
        usdc = new TestUsdc();
        escrow = newEscrow(IERC20(address(usdc)));
    }

    /// ESCROW_CODE puts another compilation under test; mutate.mjs uses it.
    function newEscrow(IERC20 token) internal returns (TrainyardEscrow created) {
        bytes memory code = vm.envOr("ESCROW_CODE", type(TrainyardEscrow).creationCode);
        code = bytes.concat(code, abi.encode(token));
        assembly {
            created := create(0, add(code, 32), mload(code))
        }
        require(address(created) != address(0), "not deployed");
    }

    function someTerms() internal view returns (TrainyardEscrow.Terms memory) {
        return TrainyardEscrow.Terms({
            payer: payer,
            payee: payee,
            verifier: verifier,
            arbiter: arbiter,
            feeTo: feeTo,
            feeBps: 500,
            burstBps: 0,
            rampSeconds: 0,
            arbiterSeconds: 5 days,
            openUntil: OPEN_UNTIL,
            graceUntil: GRACE_UNTIL,
            amount: AMOUNT,
            salt: bytes32(uint256(1))
        });
    }

    /// Gives the payer exactly the money and lets the escrow take it.
    function fund(address account, uint256 amount) internal {
        usdc.mint(account, amount);
        vm.prank(account);
        usdc.approve(address(escrow), amount);
    }

    function opened(TrainyardEscrow.Terms memory terms) internal returns (bytes32 orderId) {
        fund(terms.payer, terms.amount);
        vm.prank(terms.payer);
        return escrow.deposit(terms);
    }

    function signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function voucher(TrainyardEscrow.Terms memory terms, uint64 cumAmount) internal view returns (bytes memory) {
        return signed(VERIFIER_KEY, escrow.voucherDigest(escrow.orderIdOf(terms), cumAmount, 7, "evidence"));
    }

    function released(TrainyardEscrow.Terms memory terms, uint64 cumAmount) internal {
        bytes memory signature = voucher(terms, cumAmount);
        vm.prank(stranger);
        escrow.release(terms, cumAmount, 7, "evidence", signature);
    }

    /// Expects the next release on a good voucher to be refused with `data`.
    function releaseRefused(TrainyardEscrow.Terms memory terms, uint64 cumAmount, bytes memory data) internal {
        bytes memory signature = voucher(terms, cumAmount);
        vm.expectRevert(data);
        escrow.release(terms, cumAmount, 7, "evidence", signature);
    }

    function authorizationDigest(
        bytes32 typehash,
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) internal view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(typehash, from, to, value, validAfter, validBefore, nonce));
        return keccak256(abi.encodePacked(hex"1901", usdc.DOMAIN_SEPARATOR(), structHash));
    }

    function receiveDigest(TrainyardEscrow.Terms memory terms, uint256 validBefore) internal view returns (bytes32) {
        return authorizationDigest(
            usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
            terms.payer,
            address(escrow),
            terms.amount,
            START - 1,
            validBefore,
            escrow.orderIdOf(terms)
        );
    }

    function permitOf(uint256 key, uint256 amount) internal view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash =
            keccak256(abi.encode(typehash, vm.addr(key), address(escrow), amount, usdc.nonces(vm.addr(key)), START));
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", usdc.DOMAIN_SEPARATOR(), structHash)));
    }

    function equal(uint256 actual, uint256 expected, string memory what) internal pure {
        require(actual == expected, what);
    }

    function check(TrainyardEscrow.Terms memory terms, uint256 amount, uint256 paid, uint256 back) internal view {
        (uint64 amount_, uint64 released_, uint64 refunded_,,) = escrow.orders(escrow.orderIdOf(terms));
        equal(amount_, amount, "amount");
        equal(released_, paid, "released");
        equal(refunded_, back, "refunded");
    }
}
