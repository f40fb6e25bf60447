// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TrainyardEscrow} from "../../src/contracts/TrainyardEscrow.sol";
import {EscrowTest, Wallet1271} from "./EscrowTest.sol";

/// Gas of whole transactions: every call is one of its own, so its base cost and cold storage are included.
/// Each test shows the dearest case: nobody has used the contract before, no slot that is emptied gives gas back,
/// and addresses, hashes and amounts have no zero bytes to save on.
/// forge-config: default.isolate = true
contract GasTest is EscrowTest {
    uint256 private constant DEPOSIT_LIMIT = 170_000;
    uint256 private constant RELEASE_LIMIT = 80_000;
    uint64 private constant PRICE = 0xFEDC_BA98_7654_3210;
    bytes32 private constant EVIDENCE = keccak256("evidence");
    address private immutable provider = vm.addr(0xBEE1);
    address private immutable platform = vm.addr(0xFEE1);

    /// Terms without a rate cap; `name` tells orders apart.
    function order(string memory name) private view returns (TrainyardEscrow.Terms memory terms) {
        terms = someTerms();
        (terms.payee, terms.feeTo, terms.arbiter) = (provider, platform, vm.addr(0xA4B1));
        (terms.amount, terms.salt) = (PRICE, keccak256(bytes(name)));
    }

    /// The last call has cost less than `limit`; `forge test -vv` prints what it has cost.
    function costs(uint256 limit, string memory what) private {
        uint256 used = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint(what, used);
        require(used < limit, what);
    }

    function withdrawn(address account) private {
        vm.prank(account);
        escrow.withdraw(account);
    }

    // ---- deposit

    function test_gas_of_a_deposit_from_an_allowance_is_below_170_000() public {
        fund(payer, type(uint128).max);
        vm.prank(payer);
        escrow.deposit(order("first"));
        costs(DEPOSIT_LIMIT, "the contract's first deposit");
        vm.prank(payer);
        escrow.deposit(order("next"));
        costs(DEPOSIT_LIMIT, "next deposit");
    }

    function test_gas_of_a_deposit_by_permit_is_below_170_000() public {
        usdc.mint(payer, type(uint128).max);
        depositedByPermit(order("first"));
        costs(DEPOSIT_LIMIT, "the contract's first deposit by permit");
        depositedByPermit(order("next"));
        costs(DEPOSIT_LIMIT, "next deposit by permit");
    }

    function depositedByPermit(TrainyardEscrow.Terms memory terms) private {
        (uint8 v, bytes32 r, bytes32 s) = permitOf(PAYER_KEY, PRICE);
        vm.prank(payer);
        escrow.depositWithPermit(terms, START, v, r, s);
    }

    function test_gas_of_a_deposit_by_authorization_is_below_170_000() public {
        usdc.mint(payer, type(uint128).max);
        depositedByAuthorization(order("first"));
        costs(DEPOSIT_LIMIT, "the contract's first deposit by authorization");
        depositedByAuthorization(order("next"));
        costs(DEPOSIT_LIMIT, "next deposit by authorization");
    }

    function depositedByAuthorization(TrainyardEscrow.Terms memory terms) private {
        bytes memory signature = signed(PAYER_KEY, receiveDigest(terms, START + 60));
        vm.prank(stranger);
        escrow.depositWithAuthorization(terms, START - 1, START + 60, signature);
    }

    function test_gas_of_a_deposit_from_a_contract_wallet_is_below_170_000() public {
        TrainyardEscrow.Terms memory terms = order("first");
        terms.payer = address(new Wallet1271(payer));
        usdc.mint(terms.payer, type(uint128).max);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, receiveDigest(terms, START + 60));
        escrow.depositWithAuthorization(terms, START - 1, START + 60, abi.encode(r, s, v));
        costs(DEPOSIT_LIMIT, "the contract's first deposit, from a contract wallet");
    }

    function test_gas_of_a_deposit_is_the_same_for_a_payee_whom_nobody_has_paid_yet() public {
        fund(payer, type(uint128).max);
        TrainyardEscrow.Terms memory terms = order("first");
        vm.prank(payer);
        escrow.deposit(terms);
        terms.salt = keccak256("next");
        vm.prank(payer);
        escrow.deposit(terms);
        uint256 toKnownPayee = vm.lastCallGas().gasTotalUsed;
        terms.payee = vm.addr(0xBEE2);
        vm.prank(payer);
        escrow.deposit(terms);
        costs(toKnownPayee + 1_000, "deposit for another payee");
    }

    // ---- release

    function releasedOf(TrainyardEscrow.Terms memory terms, uint64 cumAmount) private {
        bytes memory signature =
            signed(VERIFIER_KEY, escrow.voucherDigest(escrow.orderIdOf(terms), cumAmount, 0x7654_3210, EVIDENCE));
        vm.prank(stranger);
        escrow.release(terms, cumAmount, 0x7654_3210, EVIDENCE, signature);
    }

    function test_gas_of_a_release_is_below_80_000_first_next_and_after_withdrawals() public {
        TrainyardEscrow.Terms memory terms = order("first");
        opened(terms);
        releasedOf(terms, PRICE / 5);
        costs(RELEASE_LIMIT, "the contract's first release");
        releasedOf(terms, PRICE / 5 * 2);
        costs(RELEASE_LIMIT, "next release");
        withdrawn(provider);
        releasedOf(terms, PRICE / 5 * 3);
        costs(RELEASE_LIMIT, "release to a payee who has just withdrawn");
        withdrawn(provider);
        withdrawn(platform);
        releasedOf(terms, PRICE);
        costs(RELEASE_LIMIT, "last release, after payee and fee recipient have withdrawn");
    }

    function test_gas_of_the_first_release_to_every_payee_is_below_80_000() public {
        TrainyardEscrow.Terms memory terms = order("first");
        for (uint256 key = 1; key < 4; key++) {
            terms.payee = vm.addr(key);
            opened(terms);
            releasedOf(terms, PRICE);
            costs(RELEASE_LIMIT, "first release to a payee");
        }
    }

    function test_gas_of_the_first_release_is_below_80_000_to_a_payee_who_takes_the_fee_too() public {
        TrainyardEscrow.Terms memory terms = order("first");
        terms.feeTo = provider;
        opened(terms);
        releasedOf(terms, PRICE / 2);
        costs(RELEASE_LIMIT, "the payee is the fee recipient");
    }

    function test_gas_of_the_first_release_is_below_80_000_without_a_fee() public {
        TrainyardEscrow.Terms memory terms = order("first");
        terms.feeBps = 0;
        opened(terms);
        releasedOf(terms, PRICE / 2);
        costs(RELEASE_LIMIT, "no fee");
    }

    function test_gas_of_the_first_release_is_below_80_000_with_a_rate_cap_and_after_an_unanswered_freeze() public {
        TrainyardEscrow.Terms memory terms = order("first");
        (terms.rampSeconds, terms.burstBps) = (uint32(0x12345), 2_345);
        opened(terms);
        vm.prank(payer);
        escrow.freeze(terms);
        vm.warp(GRACE_UNTIL);
        releasedOf(terms, PRICE);
        costs(RELEASE_LIMIT, "first release, with a rate cap, after an unanswered freeze");
    }

    /// What a verifier that is a contract does inside is its own affair. This one checks one signature.
    function test_gas_of_a_release_is_below_80_000_with_a_contract_as_verifier() public {
        TrainyardEscrow.Terms memory terms = order("first");
        terms.verifier = address(new Wallet1271(verifier));
        opened(terms);
        bytes32 digest = escrow.voucherDigest(escrow.orderIdOf(terms), PRICE, 0x7654_3210, EVIDENCE);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(VERIFIER_KEY, digest);
        escrow.release(terms, PRICE, 0x7654_3210, EVIDENCE, abi.encode(r, s, v));
        costs(RELEASE_LIMIT, "first release, the verifier is a contract");
    }

    event log_named_uint(string key, uint256 value);
}
