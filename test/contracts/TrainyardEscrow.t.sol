// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {TestUsdc} from "../../src/contracts/TestUsdc.sol";
import {TrainyardEscrow} from "../../src/contracts/TrainyardEscrow.sol";
import {EscrowTest, Wallet1271} from "./EscrowTest.sol";

/// Delivers one unit less than it was asked to, or calls back into the escrow while it delivers.
contract OddToken is ERC20("Odd", "ODD") {
    address private target;
    bytes private call;
    bytes public answer;

    function mint(address to, uint256 value) external {
        _mint(to, value);
    }

    function callBack(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        if (target == address(0)) return super.transferFrom(from, to, value - 1);
        (, answer) = target.call(call);
        return super.transferFrom(from, to, value);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (target != address(0)) (, answer) = target.call(call);
        return super.transfer(to, value);
    }

    function receiveWithAuthorization(address from, address to, uint256 value, uint256, uint256, bytes32, bytes memory)
        external
    {
        _transfer(from, to, value - 1);
    }
}

contract TrainyardEscrowTest is EscrowTest {
    // ---- deposit

    function test_deposit_opens_the_order_and_takes_exactly_its_amount() public {
        TrainyardEscrow.Terms memory terms = someTerms();
        fund(payer, AMOUNT + 5);
        bytes32 expected = keccak256(abi.encode(block.chainid, address(escrow), terms));
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Opened(expected, payer, payee, terms);
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Deposited(expected, AMOUNT, AMOUNT);
        vm.prank(payer);
        bytes32 orderId = escrow.deposit(terms);
        require(orderId == expected && orderId == escrow.orderIdOf(terms), "orderId");
        check(terms, AMOUNT, 0, 0);
        (,,, uint32 openedAt, uint32 frozenAt) = escrow.orders(orderId);
        equal(openedAt, START, "openedAt");
        equal(frozenAt, 0, "frozenAt");
        equal(usdc.balanceOf(address(escrow)), AMOUNT, "escrow");
        equal(usdc.balanceOf(payer), 5, "payer");
        require(address(escrow.token()) == address(usdc), "token");
    }

    function test_deposit_by_another_than_the_payer_is_refused() public {
        fund(payer, AMOUNT);
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.NotPermitted.selector, stranger, payer));
        vm.prank(stranger);
        escrow.deposit(someTerms());
    }

    function test_deposit_twice_is_refused() public {
        bytes32 orderId = opened(someTerms());
        fund(payer, AMOUNT);
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.OrderExists.selector, orderId));
        vm.prank(payer);
        escrow.deposit(someTerms());
    }

    function refusedTerms(TrainyardEscrow.Terms memory terms) private {
        fund(payer, AMOUNT);
        vm.expectRevert(TrainyardEscrow.InvalidTerms.selector);
        vm.prank(terms.payer);
        escrow.deposit(terms);
    }

    function test_impossible_terms_are_refused() public {
        TrainyardEscrow.Terms memory terms = someTerms();
        terms.payer = address(0);
        refusedTerms(terms);
        terms = someTerms();
        terms.payee = address(0);
        refusedTerms(terms);
        terms.payee = address(escrow);
        refusedTerms(terms);
        terms = someTerms();
        terms.verifier = address(0);
        refusedTerms(terms);
        terms = someTerms();
        terms.arbiter = address(0);
        refusedTerms(terms);
        terms = someTerms();
        terms.feeTo = address(0);
        refusedTerms(terms);
        terms.feeTo = address(escrow);
        refusedTerms(terms);
        terms = someTerms();
        terms.feeBps = 2_001;
        refusedTerms(terms);
        terms = someTerms();
        terms.burstBps = 10_001;
        refusedTerms(terms);
        terms = someTerms();
        terms.arbiterSeconds = 0;
        refusedTerms(terms);
        terms.arbiterSeconds = 90 days + 1;
        refusedTerms(terms);
        terms = someTerms();
        terms.graceUntil = terms.openUntil;
        refusedTerms(terms);
    }

    function test_terms_at_their_limits_are_accepted() public {
        TrainyardEscrow.Terms memory terms = someTerms();
        terms.feeBps = 2_000;
        terms.burstBps = 10_000;
        terms.arbiterSeconds = 90 days;
        terms.graceUntil = terms.openUntil + 1;
        opened(terms);
        check(terms, AMOUNT, 0, 0);
    }

    function test_an_empty_order_is_refused() public {
        TrainyardEscrow.Terms memory terms = someTerms();
        terms.amount = 0;
        vm.expectRevert(TrainyardEscrow.ZeroAmount.selector);
        vm.prank(payer);
        escrow.deposit(terms);
    }

    function test_deposit_counts_until_the_last_second_and_not_later() public {
        vm.warp(OPEN_UNTIL);
        opened(someTerms());
        TrainyardEscrow.Terms memory terms = someTerms();
        terms.salt = "later";
        vm.warp(OPEN_UNTIL + 1);
        fund(payer, AMOUNT);
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.TooLate.selector, OPEN_UNTIL));
        vm.prank(payer);
        escrow.deposit(terms);
    }

    function test_a_token_that_delivers_less_is_refused() public {
        OddToken odd = new OddToken();
        escrow = newEscrow(odd);
        odd.mint(payer, AMOUNT);
        vm.prank(payer);
        odd.approve(address(escrow), AMOUNT);
        bytes memory refusal =
            abi.encodeWithSelector(TrainyardEscrow.WrongAmountReceived.selector, AMOUNT, AMOUNT - 1);
        vm.expectRevert(refusal);
        vm.prank(payer);
        escrow.deposit(someTerms());
        vm.expectRevert(refusal);
        escrow.depositWithAuthorization(someTerms(), 0, 0, "");
    }

    // ---- permit

    function test_permit_deposits_without_an_approval() public {
        usdc.mint(payer, AMOUNT);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(PAYER_KEY, AMOUNT);
        vm.prank(payer);
        bytes32 orderId = escrow.depositWithPermit(someTerms(), START, v, r, s);
        require(orderId == escrow.orderIdOf(someTerms()), "orderId");
        check(someTerms(), AMOUNT, 0, 0);
    }

    function test_a_permit_that_somebody_brought_first_still_deposits() public {
        usdc.mint(payer, AMOUNT);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(PAYER_KEY, AMOUNT);
        vm.prank(stranger);
        usdc.permit(payer, address(escrow), AMOUNT, START, v, r, s);
        vm.prank(payer);
        escrow.depositWithPermit(someTerms(), START, v, r, s);
        check(someTerms(), AMOUNT, 0, 0);
    }

    function test_a_bad_permit_deposits_nothing() public {
        usdc.mint(payer, AMOUNT);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(STRANGER_KEY, AMOUNT);
        vm.expectRevert();
        vm.prank(payer);
        escrow.depositWithPermit(someTerms(), START, v, r, s);
        check(someTerms(), 0, 0, 0);
    }

    function test_a_permit_in_foreign_hands_is_refused() public {
        usdc.mint(payer, AMOUNT);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(PAYER_KEY, AMOUNT);
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.NotPermitted.selector, stranger, payer));
        vm.prank(stranger);
        escrow.depositWithPermit(someTerms(), START, v, r, s);
    }

    // ---- EIP-3009

    function test_an_authorization_deposits_whoever_brings_it() public {
        usdc.mint(payer, AMOUNT);
        bytes memory signature = signed(PAYER_KEY, receiveDigest(someTerms(), START + 60));
        vm.prank(stranger);
        bytes32 orderId = escrow.depositWithAuthorization(someTerms(), START - 1, START + 60, signature);
        require(orderId == escrow.orderIdOf(someTerms()), "orderId");
        require(usdc.authorizationState(payer, orderId), "nonce is the order");
        check(someTerms(), AMOUNT, 0, 0);
    }

    function test_an_authorization_binds_the_terms() public {
        usdc.mint(payer, AMOUNT);
        bytes memory signature = signed(PAYER_KEY, receiveDigest(someTerms(), START + 60));
        TrainyardEscrow.Terms memory other = someTerms();
        other.payee = stranger;
        vm.expectRevert(TestUsdc.InvalidSignature.selector);
        escrow.depositWithAuthorization(other, START - 1, START + 60, signature);
    }

    // ---- topUp

    function test_topUp_adds_to_the_order() public {
        bytes32 orderId = opened(someTerms());
        fund(payer, 50);
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Deposited(orderId, 50, AMOUNT + 50);
        vm.warp(OPEN_UNTIL);
        vm.prank(payer);
        escrow.topUp(someTerms(), 50);
        check(someTerms(), AMOUNT + 50, 0, 0);
        equal(usdc.balanceOf(address(escrow)), AMOUNT + 50, "escrow");
        released(someTerms(), AMOUNT + 50);
    }

    function topUpRefused(address by, uint64 added, bytes memory data) private {
        fund(by, 50);
        vm.expectRevert(data);
        vm.prank(by);
        escrow.topUp(someTerms(), added);
    }

    function test_topUp_is_refused_to_others_and_for_nothing_and_when_late() public {
        bytes32 orderId = escrow.orderIdOf(someTerms());
        topUpRefused(payer, 50, abi.encodeWithSelector(TrainyardEscrow.OrderUnknown.selector, orderId));
        opened(someTerms());
        topUpRefused(stranger, 50, abi.encodeWithSelector(TrainyardEscrow.NotPermitted.selector, stranger, payer));
        topUpRefused(payer, 0, abi.encodeWithSelector(TrainyardEscrow.ZeroAmount.selector));
        vm.warp(OPEN_UNTIL + 1);
        topUpRefused(payer, 50, abi.encodeWithSelector(TrainyardEscrow.TooLate.selector, OPEN_UNTIL));
    }

    function test_topUp_of_a_frozen_or_ended_order_is_refused() public {
        bytes32 orderId = opened(someTerms());
        vm.prank(payer);
        escrow.freeze(someTerms());
        topUpRefused(payer, 50, abi.encodeWithSelector(TrainyardEscrow.OrderFrozen.selector, orderId));
    }

    function test_topUp_of_a_cancelled_order_is_refused() public {
        bytes32 orderId = opened(someTerms());
        vm.prank(payee);
        escrow.cancel(someTerms());
        topUpRefused(payer, 50, abi.encodeWithSelector(TrainyardEscrow.OrderEnded.selector, orderId));
    }

    // ---- release

    function test_release_credits_payee_and_fee_by_the_difference() public {
        bytes32 orderId = opened(someTerms());
        bytes memory signature = voucher(someTerms(), 40_000_000);
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Released(orderId, 40_000_000, 2_000_000, 7, "evidence");
        vm.prank(stranger);
        escrow.release(someTerms(), 40_000_000, 7, "evidence", signature);
        equal(escrow.claimable(payee), 38_000_000, "payee");
        equal(escrow.claimable(feeTo), 2_000_000, "fee");
        released(someTerms(), AMOUNT);
        equal(escrow.claimable(payee), 95_000_000, "payee");
        equal(escrow.claimable(feeTo), 5_000_000, "fee");
        equal(escrow.claimable(payer), 0, "payer");
        check(someTerms(), AMOUNT, AMOUNT, 0);
        equal(usdc.balanceOf(address(escrow)), AMOUNT, "nothing is pushed");
    }

    function test_release_without_fee_credits_the_payee_alone() public {
        TrainyardEscrow.Terms memory terms = someTerms();
        terms.feeBps = 0;
        opened(terms);
        released(terms, 1);
        equal(escrow.claimable(payee), 1, "payee");
        equal(escrow.claimable(feeTo), 0, "fee");
    }

    function test_release_of_an_unknown_order_is_refused() public {
        releaseRefused(
            someTerms(),
            1,
            abi.encodeWithSelector(TrainyardEscrow.OrderUnknown.selector, escrow.orderIdOf(someTerms()))
        );
    }

    function test_release_counts_until_the_last_second_of_grace() public {
        opened(someTerms());
        vm.warp(GRACE_UNTIL);
        equal(escrow.releaseUntil(someTerms()), GRACE_UNTIL, "releaseUntil");
        released(someTerms(), 1);
        vm.warp(GRACE_UNTIL + 1);
        releaseRefused(someTerms(), 2, abi.encodeWithSelector(TrainyardEscrow.TooLate.selector, GRACE_UNTIL));
    }

    function test_release_of_more_than_the_order_is_refused() public {
        opened(someTerms());
        TrainyardEscrow.Terms memory other = someTerms();
        other.salt = "other";
        opened(other);
        releaseRefused(
            someTerms(), AMOUNT + 1, abi.encodeWithSelector(TrainyardEscrow.ExceedsOrder.selector, AMOUNT + 1, AMOUNT)
        );
        released(someTerms(), 40);
        vm.prank(payee);
        escrow.cancel(someTerms());
        releaseRefused(someTerms(), 41, abi.encodeWithSelector(TrainyardEscrow.ExceedsOrder.selector, 41, 40));
    }

    function test_release_on_a_foreign_or_changed_voucher_is_refused() public {
        bytes32 orderId = opened(someTerms());
        bytes32 digest = escrow.voucherDigest(orderId, 50, 7, "evidence");
        bytes memory forged = signed(STRANGER_KEY, digest);
        bytes memory signature = signed(VERIFIER_KEY, digest);
        vm.expectRevert(TrainyardEscrow.BadVoucher.selector);
        escrow.release(someTerms(), 50, 7, "evidence", forged);
        vm.expectRevert(TrainyardEscrow.BadVoucher.selector);
        escrow.release(someTerms(), 51, 7, "evidence", signature);
        vm.expectRevert(TrainyardEscrow.BadVoucher.selector);
        escrow.release(someTerms(), 50, 8, "evidence", signature);
        vm.expectRevert(TrainyardEscrow.BadVoucher.selector);
        escrow.release(someTerms(), 50, 7, "other", signature);
        vm.expectRevert(TrainyardEscrow.BadVoucher.selector);
        escrow.release(someTerms(), 50, 7, "evidence", "");
        escrow.release(someTerms(), 50, 7, "evidence", signature);
    }

    function test_the_voucher_is_the_typed_data_that_wallets_show() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("TrainyardEscrow"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Voucher(bytes32 orderId,uint64 cumAmount,uint32 segIndex,bytes32 evidenceRoot)"),
                bytes32("order"),
                uint256(3),
                uint256(4),
                bytes32("root")
            )
        );
        require(
            escrow.voucherDigest("order", 3, 4, "root")
                == keccak256(abi.encodePacked(hex"1901", domain, structHash)),
            "digest"
        );
    }

    // ---- withdraw

    function test_withdraw_sends_everything_once_where_the_account_wants_it() public {
        opened(someTerms());
        released(someTerms(), AMOUNT);
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Withdrawn(payee, address(0xCAFE), 95_000_000);
        vm.prank(payee);
        escrow.withdraw(address(0xCAFE));
        equal(usdc.balanceOf(address(0xCAFE)), 95_000_000, "received");
        equal(escrow.claimable(payee), 0, "claimable");
        vm.expectRevert(TrainyardEscrow.ZeroAmount.selector);
        vm.prank(payee);
        escrow.withdraw(payee);
        vm.prank(feeTo);
        escrow.withdraw(feeTo);
        equal(usdc.balanceOf(feeTo), 5_000_000, "fee");
        equal(usdc.balanceOf(address(escrow)), 0, "escrow");
    }

    function test_an_opened_order_owes_nobody_anything_yet() public {
        opened(someTerms());
        address[4] memory accounts = [payer, payee, feeTo, verifier];
        for (uint256 i; i < accounts.length; i++) {
            equal(escrow.claimable(accounts[i]), 0, "claimable");
            vm.expectRevert(TrainyardEscrow.ZeroAmount.selector);
            vm.prank(accounts[i]);
            escrow.withdraw(accounts[i]);
        }
    }

    function test_a_second_withdrawal_sends_only_what_came_since() public {
        opened(someTerms());
        released(someTerms(), 40_000_000);
        vm.prank(payee);
        escrow.withdraw(payee);
        released(someTerms(), 60_000_000);
        equal(escrow.claimable(payee), 19_000_000, "claimable");
        TrainyardEscrow.Terms memory other = someTerms();
        other.salt = "opened with fees unclaimed";
        opened(other);
        equal(escrow.claimable(feeTo), 3_000_000, "kept");
        vm.prank(payee);
        escrow.withdraw(payee);
        equal(usdc.balanceOf(payee), 57_000_000, "payee");
        equal(usdc.balanceOf(address(escrow)), 2 * AMOUNT - 57_000_000, "escrow");
    }

    function test_withdraw_to_nowhere_is_refused() public {
        opened(someTerms());
        released(someTerms(), AMOUNT);
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.InvalidRecipient.selector, address(0)));
        vm.prank(payee);
        escrow.withdraw(address(0));
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.InvalidRecipient.selector, address(escrow)));
        vm.prank(payee);
        escrow.withdraw(address(escrow));
    }

    // ---- freeze and resolve

    function frozen() private returns (bytes32 orderId) {
        orderId = opened(someTerms());
        released(someTerms(), 40_000_000);
        vm.prank(payer);
        escrow.freeze(someTerms());
    }

    function test_freeze_stops_releases_and_leaves_what_is_released() public {
        bytes32 orderId = opened(someTerms());
        released(someTerms(), 40_000_000);
        vm.warp(GRACE_UNTIL);
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Frozen(orderId, 60_000_000);
        vm.prank(payer);
        escrow.freeze(someTerms());
        (,,,, uint32 frozenAt) = escrow.orders(orderId);
        equal(frozenAt, GRACE_UNTIL, "frozenAt");
        releaseRefused(
            someTerms(), 50_000_000, abi.encodeWithSelector(TrainyardEscrow.OrderFrozen.selector, orderId)
        );
        vm.prank(payee);
        escrow.withdraw(payee);
        equal(usdc.balanceOf(payee), 38_000_000, "payee");
    }

    function freezeRefused(address by, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(by);
        escrow.freeze(someTerms());
    }

    function test_freeze_is_the_payers_once_and_in_time() public {
        bytes32 orderId = escrow.orderIdOf(someTerms());
        freezeRefused(payer, abi.encodeWithSelector(TrainyardEscrow.OrderUnknown.selector, orderId));
        opened(someTerms());
        freezeRefused(payee, abi.encodeWithSelector(TrainyardEscrow.NotPermitted.selector, payee, payer));
        vm.warp(GRACE_UNTIL + 1);
        freezeRefused(payer, abi.encodeWithSelector(TrainyardEscrow.TooLate.selector, GRACE_UNTIL));
        vm.warp(START);
        vm.prank(payer);
        escrow.freeze(someTerms());
        freezeRefused(payer, abi.encodeWithSelector(TrainyardEscrow.OrderFrozen.selector, orderId));
        vm.warp(START + 5 days + 1);
        freezeRefused(payer, abi.encodeWithSelector(TrainyardEscrow.OrderFrozen.selector, orderId));
    }

    function test_freeze_of_a_fully_released_order_is_refused() public {
        bytes32 orderId = opened(someTerms());
        released(someTerms(), AMOUNT);
        freezeRefused(payer, abi.encodeWithSelector(TrainyardEscrow.OrderEnded.selector, orderId));
    }

    function test_resolve_splits_the_unreleased_part_between_payer_and_payee() public {
        bytes32 orderId = frozen();
        vm.warp(START + 5 days);
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Resolved(orderId, 10_000_000, 50_000_000);
        vm.prank(arbiter);
        escrow.resolve(someTerms(), 10_000_000);
        check(someTerms(), AMOUNT, 50_000_000, 50_000_000);
        equal(escrow.claimable(payee), 48_000_000, "payee");
        equal(escrow.claimable(payer), 50_000_000, "payer");
        equal(escrow.claimable(feeTo), 2_000_000, "no fee on a verdict");
        equal(escrow.claimable(arbiter), 0, "arbiter");
        resolveRefused(arbiter, 0, abi.encodeWithSelector(TrainyardEscrow.OrderEnded.selector, orderId));
        vm.warp(START + 5 days + 1);
        releaseRefused(
            someTerms(),
            50_000_001,
            abi.encodeWithSelector(TrainyardEscrow.ExceedsOrder.selector, 50_000_001, 50_000_000)
        );
    }

    function resolveRefused(address by, uint64 toPayee, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(by);
        escrow.resolve(someTerms(), toPayee);
    }

    function test_resolve_is_the_arbiters_in_time_and_within_the_order() public {
        bytes32 orderId = opened(someTerms());
        resolveRefused(arbiter, 0, abi.encodeWithSelector(TrainyardEscrow.NotFrozen.selector, orderId));
        vm.prank(payer);
        escrow.freeze(someTerms());
        resolveRefused(payer, 0, abi.encodeWithSelector(TrainyardEscrow.NotPermitted.selector, payer, arbiter));
        resolveRefused(
            arbiter,
            AMOUNT + 1,
            abi.encodeWithSelector(TrainyardEscrow.ExceedsOrder.selector, AMOUNT + 1, AMOUNT)
        );
        vm.warp(START + 5 days + 1);
        resolveRefused(arbiter, 0, abi.encodeWithSelector(TrainyardEscrow.TooLate.selector, START + 5 days));
    }

    function test_resolve_may_give_everything_to_the_payee() public {
        opened(someTerms());
        vm.prank(payer);
        escrow.freeze(someTerms());
        vm.prank(arbiter);
        escrow.resolve(someTerms(), AMOUNT);
        equal(escrow.claimable(payee), AMOUNT, "payee");
        equal(escrow.claimable(payer), 0, "payer");
    }

    function test_after_a_silent_arbiter_the_last_voucher_counts_for_a_whole_grace_period() public {
        opened(someTerms());
        vm.warp(GRACE_UNTIL);
        vm.prank(payer);
        escrow.freeze(someTerms());
        uint256 deadline = GRACE_UNTIL + 5 days + 3 days;
        equal(escrow.releaseUntil(someTerms()), deadline, "releaseUntil");
        vm.warp(GRACE_UNTIL + 5 days + 1);
        released(someTerms(), 10);
        vm.warp(deadline);
        released(someTerms(), 20);
        reclaimRefused(payer, abi.encodeWithSelector(TrainyardEscrow.TooEarly.selector, deadline + 1));
        vm.warp(deadline + 1);
        releaseRefused(someTerms(), 30, abi.encodeWithSelector(TrainyardEscrow.TooLate.selector, deadline));
        vm.prank(payer);
        escrow.reclaim(someTerms());
        check(someTerms(), AMOUNT, 20, AMOUNT - 20);
    }

    function test_the_last_second_of_the_arbiter_is_his_and_the_next_one_the_vouchers() public {
        bytes32 orderId = frozen();
        vm.warp(START + 5 days);
        releaseRefused(
            someTerms(), 50_000_000, abi.encodeWithSelector(TrainyardEscrow.OrderFrozen.selector, orderId)
        );
        vm.warp(START + 5 days + 1);
        released(someTerms(), 50_000_000);
    }

    function test_an_early_freeze_shortens_no_deadline() public {
        opened(someTerms());
        vm.prank(payer);
        escrow.freeze(someTerms());
        equal(escrow.releaseUntil(someTerms()), GRACE_UNTIL, "releaseUntil");
        vm.warp(GRACE_UNTIL);
        released(someTerms(), 10);
    }

    function test_a_freeze_whose_answer_is_due_before_grace_ends_shortens_no_deadline() public {
        opened(someTerms());
        vm.warp(START + 3 days);
        vm.prank(payer);
        escrow.freeze(someTerms());
        equal(escrow.releaseUntil(someTerms()), GRACE_UNTIL, "releaseUntil");
        vm.warp(GRACE_UNTIL);
        released(someTerms(), 10);
    }

    // ---- cancel and reclaim

    function test_cancel_returns_the_unreleased_part_to_the_payer() public {
        bytes32 orderId = opened(someTerms());
        released(someTerms(), 40_000_000);
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Cancelled(orderId, 60_000_000);
        vm.prank(payee);
        escrow.cancel(someTerms());
        check(someTerms(), AMOUNT, 40_000_000, 60_000_000);
        equal(escrow.claimable(payer), 60_000_000, "payer");
        equal(escrow.claimable(payee), 38_000_000, "payee");
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.OrderEnded.selector, orderId));
        vm.prank(payee);
        escrow.cancel(someTerms());
    }

    function test_cancel_is_the_payees_even_while_frozen() public {
        frozen();
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.NotPermitted.selector, payer, payee));
        vm.prank(payer);
        escrow.cancel(someTerms());
        vm.prank(payee);
        escrow.cancel(someTerms());
        equal(escrow.claimable(payer), 60_000_000, "payer");
    }

    function reclaimRefused(address by, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(by);
        escrow.reclaim(someTerms());
    }

    function test_reclaim_returns_the_unreleased_part_after_grace_and_not_before() public {
        bytes32 orderId = opened(someTerms());
        released(someTerms(), 40_000_000);
        vm.warp(GRACE_UNTIL);
        reclaimRefused(payer, abi.encodeWithSelector(TrainyardEscrow.TooEarly.selector, GRACE_UNTIL + 1));
        vm.warp(GRACE_UNTIL + 1);
        reclaimRefused(payee, abi.encodeWithSelector(TrainyardEscrow.NotPermitted.selector, payee, payer));
        vm.expectEmit(address(escrow));
        emit TrainyardEscrow.Reclaimed(orderId, 60_000_000);
        vm.prank(payer);
        escrow.reclaim(someTerms());
        check(someTerms(), AMOUNT, 40_000_000, 60_000_000);
        equal(escrow.claimable(payer), 60_000_000, "payer");
        reclaimRefused(payer, abi.encodeWithSelector(TrainyardEscrow.OrderEnded.selector, orderId));
    }

    function test_what_is_claimable_never_expires() public {
        opened(someTerms());
        released(someTerms(), 40_000_000);
        vm.warp(GRACE_UNTIL + 3650 days);
        vm.prank(payee);
        escrow.withdraw(payee);
        equal(usdc.balanceOf(payee), 38_000_000, "payee");
    }

    // ---- rate

    function ramped() private view returns (TrainyardEscrow.Terms memory terms) {
        terms = someTerms();
        terms.rampSeconds = 10 days;
        terms.burstBps = 1_000;
    }

    function test_C11_a_stolen_verifier_key_takes_no_more_than_the_rate_cap() public {
        TrainyardEscrow.Terms memory terms = ramped();
        opened(terms);
        equal(escrow.rateCap(terms), 10_000_000, "burst");
        releaseRefused(
            terms, AMOUNT, abi.encodeWithSelector(TrainyardEscrow.ExceedsRate.selector, AMOUNT, 10_000_000)
        );
        released(terms, 10_000_000);
        vm.warp(START + 1 days);
        equal(escrow.rateCap(terms), 20_000_000, "a day later");
        releaseRefused(
            terms, 20_000_001, abi.encodeWithSelector(TrainyardEscrow.ExceedsRate.selector, 20_000_001, 20_000_000)
        );
        released(terms, 20_000_000);
        vm.prank(payer);
        escrow.freeze(terms);
        vm.prank(arbiter);
        escrow.resolve(terms, 0);
        equal(escrow.claimable(payer), 80_000_000, "the thief's loss is the payer's rest");
    }

    function test_the_rate_follows_a_topUp_and_without_ramp_there_is_none() public {
        TrainyardEscrow.Terms memory terms = ramped();
        opened(terms);
        fund(payer, AMOUNT);
        vm.prank(payer);
        escrow.topUp(terms, AMOUNT);
        equal(escrow.rateCap(terms), 20_000_000, "twice the amount");
        opened(someTerms());
        equal(escrow.rateCap(someTerms()), AMOUNT, "no ramp");
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.OrderUnknown.selector, bytes32(0)));
        this.unknownRateCap();
    }

    /// Reverts with the order's name replaced, so that the test above need not know it.
    function unknownRateCap() external view {
        TrainyardEscrow.Terms memory terms = someTerms();
        terms.salt = "unknown";
        try escrow.rateCap(terms) {}
        catch {
            revert TrainyardEscrow.OrderUnknown(bytes32(0));
        }
    }

    // ---- scenarios

    function test_C4_an_order_is_paid_exactly_or_not_at_all() public {
        fund(payer, AMOUNT - 1);
        vm.expectRevert();
        vm.prank(payer);
        escrow.deposit(someTerms());
        check(someTerms(), 0, 0, 0);
        usdc.mint(payer, 1_000);
        TrainyardEscrow.Terms memory less = someTerms();
        less.amount = AMOUNT - 1;
        bytes memory signature = signed(PAYER_KEY, receiveDigest(less, START + 60));
        vm.expectRevert(TestUsdc.InvalidSignature.selector);
        escrow.depositWithAuthorization(someTerms(), START - 1, START + 60, signature);
        fund(payer, AMOUNT);
        vm.prank(payer);
        escrow.deposit(someTerms());
        check(someTerms(), AMOUNT, 0, 0);
        vm.prank(payer);
        usdc.transfer(address(escrow), 500);
        check(someTerms(), AMOUNT, 0, 0);
        releaseRefused(
            someTerms(), AMOUNT + 1, abi.encodeWithSelector(TrainyardEscrow.ExceedsOrder.selector, AMOUNT + 1, AMOUNT)
        );
    }

    function test_C5_an_expired_early_cancelled_or_reused_authorization_is_refused() public {
        usdc.mint(payer, 2 * AMOUNT);
        TrainyardEscrow.Terms memory terms = someTerms();
        bytes32 orderId = escrow.orderIdOf(terms);
        bytes memory signature = signed(PAYER_KEY, receiveDigest(terms, START + 60));
        vm.warp(START + 60);
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.Expired.selector, START + 60));
        escrow.depositWithAuthorization(terms, START - 1, START + 60, signature);
        vm.warp(START - 1);
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.NotYetValid.selector, START - 1));
        escrow.depositWithAuthorization(terms, START - 1, START + 60, signature);
        vm.warp(START);
        escrow.depositWithAuthorization(terms, START - 1, START + 60, signature);
        vm.expectRevert(abi.encodeWithSelector(TrainyardEscrow.OrderExists.selector, orderId));
        escrow.depositWithAuthorization(terms, START - 1, START + 60, signature);

        terms.salt = "cancelled";
        orderId = escrow.orderIdOf(terms);
        bytes32 structHash = keccak256(abi.encode(usdc.CANCEL_AUTHORIZATION_TYPEHASH(), payer, orderId));
        bytes memory cancellation =
            signed(PAYER_KEY, keccak256(abi.encodePacked(hex"1901", usdc.DOMAIN_SEPARATOR(), structHash)));
        usdc.cancelAuthorization(payer, orderId, cancellation);
        signature = signed(PAYER_KEY, receiveDigest(terms, START + 60));
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.AuthorizationUsedOrCanceled.selector, payer, orderId));
        escrow.depositWithAuthorization(terms, START - 1, START + 60, signature);
        check(terms, 0, 0, 0);
    }

    function test_C6_a_denied_account_blocks_nobody_else_and_can_be_paid_elsewhere() public {
        opened(someTerms());
        usdc.setDenied(payee, true);
        usdc.setDenied(payer, true);
        usdc.setDenied(feeTo, true);
        released(someTerms(), 40_000_000);
        vm.prank(payee);
        escrow.cancel(someTerms());
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.Denied.selector, payee));
        vm.prank(payee);
        escrow.withdraw(payee);
        equal(escrow.claimable(payee), 38_000_000, "kept");
        vm.prank(payee);
        escrow.withdraw(address(0xCAFE));
        equal(usdc.balanceOf(address(0xCAFE)), 38_000_000, "payee");
        usdc.setDenied(feeTo, false);
        vm.prank(feeTo);
        escrow.withdraw(feeTo);
        vm.prank(payer);
        escrow.withdraw(address(0xCAFE));
        equal(usdc.balanceOf(address(escrow)), 0, "all left");
    }

    function test_C6_a_paused_token_delays_payment_and_loses_nothing() public {
        opened(someTerms());
        usdc.setPaused(true);
        released(someTerms(), AMOUNT);
        vm.expectRevert(TestUsdc.Paused.selector);
        vm.prank(payee);
        escrow.withdraw(payee);
        usdc.setPaused(false);
        vm.prank(payee);
        escrow.withdraw(payee);
        equal(usdc.balanceOf(payee), 95_000_000, "payee");
    }

    function test_C12_contract_wallets_pay_and_verify() public {
        TrainyardEscrow.Terms memory terms = someTerms();
        terms.payer = address(new Wallet1271(payer));
        terms.verifier = address(new Wallet1271(verifier));
        usdc.mint(terms.payer, AMOUNT);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, receiveDigest(terms, START + 60));
        bytes32 orderId =
            escrow.depositWithAuthorization(terms, START - 1, START + 60, abi.encode(r, s, v));
        (v, r, s) = vm.sign(STRANGER_KEY, escrow.voucherDigest(orderId, 50, 1, "root"));
        vm.expectRevert(TrainyardEscrow.BadVoucher.selector);
        escrow.release(terms, 50, 1, "root", abi.encode(r, s, v));
        (v, r, s) = vm.sign(VERIFIER_KEY, escrow.voucherDigest(orderId, 50, 1, "root"));
        escrow.release(terms, 50, 1, "root", abi.encode(r, s, v));
        check(terms, AMOUNT, 50, 0);
    }

    function test_C13_any_sequence_of_vouchers_adds_up_to_the_same_shares(uint64[8] calldata steps, uint16 feeBps)
        public
    {
        TrainyardEscrow.Terms memory terms = someTerms();
        terms.feeBps = feeBps % 2_001;
        terms.amount = 1_000_003;
        opened(terms);
        uint64 cumAmount;
        for (uint256 i; i < steps.length; i++) {
            uint64 step = steps[i] % 125_000;
            if (step == 0) continue;
            cumAmount += step;
            released(terms, cumAmount);
            equal(escrow.claimable(payee) + escrow.claimable(feeTo), cumAmount, "both shares are the price");
        }
        released(terms, 1_000_003);
        uint256 fee = (uint256(1_000_003) * terms.feeBps) / 10_000;
        equal(escrow.claimable(feeTo), fee, "fee is rounded once");
        equal(escrow.claimable(payee), 1_000_003 - fee, "payee");
    }

    function test_C15_a_voucher_counts_once_and_never_backwards() public {
        opened(someTerms());
        released(someTerms(), 50);
        releaseRefused(someTerms(), 50, abi.encodeWithSelector(TrainyardEscrow.NotIncreasing.selector, 50, 50));
        releaseRefused(someTerms(), 49, abi.encodeWithSelector(TrainyardEscrow.NotIncreasing.selector, 49, 50));
        check(someTerms(), AMOUNT, 50, 0);
    }

    function test_C15_a_voucher_of_another_order_contract_or_chain_is_refused() public {
        opened(someTerms());
        bytes memory signature = voucher(someTerms(), 50);
        TrainyardEscrow.Terms memory other = someTerms();
        other.salt = "other";
        opened(other);
        vm.expectRevert(TrainyardEscrow.BadVoucher.selector);
        escrow.release(other, 50, 7, "evidence", signature);

        TrainyardEscrow first = escrow;
        escrow = newEscrow(IERC20(address(usdc)));
        require(first.orderIdOf(other) != escrow.orderIdOf(other), "order of another contract");
        opened(someTerms());
        vm.expectRevert(TrainyardEscrow.BadVoucher.selector);
        escrow.release(someTerms(), 50, 7, "evidence", signature);

        bytes32 here = escrow.orderIdOf(someTerms());
        bytes32 digest = escrow.voucherDigest(here, 1, 1, "root");
        vm.chainId(999);
        require(escrow.orderIdOf(someTerms()) != here, "order of another chain");
        require(escrow.voucherDigest(here, 1, 1, "root") != digest, "voucher of another chain");
    }

    // ---- re-entry

    function test_nothing_can_be_called_while_a_call_is_under_way() public {
        OddToken odd = new OddToken();
        escrow = newEscrow(odd);
        TrainyardEscrow.Terms memory terms = someTerms();
        bytes[9] memory calls = [
            abi.encodeCall(escrow.deposit, (terms)),
            abi.encodeCall(escrow.depositWithPermit, (terms, 0, 0, 0, 0)),
            abi.encodeCall(escrow.depositWithAuthorization, (terms, 0, 0, "")),
            abi.encodeCall(escrow.topUp, (terms, 1)),
            abi.encodeCall(escrow.release, (terms, 1, 1, "", "")),
            abi.encodeCall(escrow.withdraw, (payee)),
            abi.encodeCall(escrow.freeze, (terms)),
            abi.encodeCall(escrow.resolve, (terms, 1)),
            abi.encodeCall(escrow.cancel, (terms))
        ];
        for (uint256 i; i < calls.length; i++) {
            terms.salt = bytes32(i);
            reenters(odd, terms, calls[i]);
        }
        terms.salt = "reclaim";
        reenters(odd, terms, abi.encodeCall(escrow.reclaim, (terms)));
    }

    function reenters(OddToken odd, TrainyardEscrow.Terms memory terms, bytes memory call) private {
        terms.verifier = address(0xE0);
        odd.callBack(address(escrow), call);
        odd.mint(payer, 4 * AMOUNT);
        vm.prank(payer);
        odd.approve(address(escrow), 4 * AMOUNT);
        vm.prank(payer);
        escrow.deposit(terms);
        requireReentrancyRefused(odd);
        vm.prank(payer);
        escrow.topUp(terms, 1);
        requireReentrancyRefused(odd);
        vm.prank(payee);
        escrow.cancel(terms);
        vm.prank(payer);
        escrow.withdraw(payer);
        requireReentrancyRefused(odd);
    }

    function requireReentrancyRefused(OddToken odd) private view {
        require(
            keccak256(odd.answer())
                == keccak256(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)),
            "re-entered"
        );
    }
}
