// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestUsdc} from "../../src/contracts/TestUsdc.sol";
import {TrainyardEscrow} from "../../src/contracts/TrainyardEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// Does anything that anyone may do to four orders at once, and keeps its own books of what must have come of it.
/// The books are written from the rules, not from the contract: for every call they foretell whether it succeeds.
contract Anyone is EscrowTest {
    /// What the books say of one order. `total` counts what was ever paid in.
    struct Book {
        bool isOpen;
        uint256 total;
        uint256 paid;
        uint256 back;
        uint256 openedAt;
        uint256 frozenAt;
    }

    uint256 public constant ORDERS = 4;
    uint256[3] private payerKeys = [uint256(0xA1), 0xA2, 0xA3];
    address[6] public recipients;
    TrainyardEscrow.Terms[4] private terms;
    Book[4] private books;

    uint256 public donated;
    uint256 public paidIn;
    mapping(address account => uint256) public credited;
    mapping(address account => uint256) public withdrawn;

    /// The first call whose outcome was not foretold.
    string public surprise;
    /// The first release above its rate cap, after its deadline or while frozen.
    string public breach;

    constructor(TestUsdc usdc_, TrainyardEscrow escrow_) {
        usdc = usdc_;
        escrow = escrow_;
        for (uint256 i; i < 3; i++) {
            recipients[i] = vm.addr(payerKeys[i]);
        }
        recipients[3] = payee;
        recipients[4] = address(0xBEE2);
        recipients[5] = feeTo;
        for (uint256 i; i < ORDERS; i++) {
            terms[i] = someTerms();
            terms[i].salt = bytes32(i);
            terms[i].payer = recipients[i % 3];
            terms[i].payee = recipients[3 + (i % 2)];
            terms[i].feeBps = uint16(i * 333);
            terms[i].amount = uint64(1_000_003 * (i + 1));
            if (i >= 2) (terms[i].rampSeconds, terms[i].burstBps) = (uint32(8 days), 700);
            if (i == 3) (terms[i].arbiterSeconds, terms[i].graceUntil) = (uint32(1 days), OPEN_UNTIL + 1 days);
        }
    }

    function termsOf(uint256 i) external view returns (TrainyardEscrow.Terms memory) {
        return terms[i];
    }

    function book(uint256 i) external view returns (Book memory) {
        return books[i];
    }

    // ---- calls

    function deposit(uint256 seed, bool byAuthorization) external {
        uint256 i = seed % ORDERS;
        TrainyardEscrow.Terms memory t = terms[i];
        bool expected = !books[i].isOpen && block.timestamp <= t.openUntil;
        bool done;
        if (byAuthorization) {
            usdc.mint(t.payer, t.amount);
            bytes memory signature = signed(payerKeys[i % 3], receiveDigest(t, START + 100 days));
            try escrow.depositWithAuthorization(t, START - 1, START + 100 days, signature) {
                done = true;
            } catch {}
        } else {
            fund(t.payer, t.amount);
            vm.prank(t.payer);
            try escrow.deposit(t) {
                done = true;
            } catch {}
        }
        foretold(done, expected, "deposit");
        if (!done) return;
        books[i] = Book(true, t.amount, 0, 0, block.timestamp, 0);
        paidIn += t.amount;
    }

    function topUp(uint256 seed, uint64 added, bool byStranger) external {
        uint256 i = seed % ORDERS;
        Book storage b = books[i];
        added %= 500_000;
        address by = byStranger ? stranger : terms[i].payer;
        fund(by, added);
        vm.prank(by);
        try escrow.topUp(terms[i], added) {
            foretold(true, canTopUp(i, added, byStranger), "topUp");
            b.total += added;
            paidIn += added;
        } catch {
            foretold(false, canTopUp(i, added, byStranger), "topUp");
        }
    }

    function release(uint256 seed, uint64 cumAmount, uint8 forged) external {
        uint256 i = seed % ORDERS;
        Book storage b = books[i];
        cumAmount = uint64(cumAmount % (b.total + b.total / 4 + 2));
        bool isForged = forged % 8 == 0;
        bytes memory signature = isForged
            ? signed(STRANGER_KEY, escrow.voucherDigest(escrow.orderIdOf(terms[i]), cumAmount, 7, "evidence"))
            : voucher(terms[i], cumAmount);
        bool expected = canRelease(i, cumAmount) && !isForged;
        try escrow.release(terms[i], cumAmount, 7, "evidence", signature) {
            foretold(true, expected, "release");
            if (cumAmount > cap(i)) breach = "rate";
            if (block.timestamp > deadline(i)) breach = "deadline";
            if (isWithArbiter(i)) breach = "frozen";
            uint256 fee = cumAmount * terms[i].feeBps / 10_000 - b.paid * terms[i].feeBps / 10_000;
            credited[terms[i].payee] += cumAmount - b.paid - fee;
            credited[feeTo] += fee;
            b.paid = cumAmount;
        } catch {
            foretold(false, expected, "release");
        }
    }

    function freeze(uint256 seed, bool byStranger) external {
        uint256 i = seed % ORDERS;
        Book storage b = books[i];
        bool expected =
            b.isOpen && !byStranger && b.frozenAt == 0 && block.timestamp <= terms[i].graceUntil && rest(i) > 0;
        vm.prank(byStranger ? stranger : terms[i].payer);
        try escrow.freeze(terms[i]) {
            foretold(true, expected, "freeze");
            b.frozenAt = block.timestamp;
        } catch {
            foretold(false, expected, "freeze");
        }
    }

    function resolve(uint256 seed, uint64 toPayee, bool byStranger) external {
        uint256 i = seed % ORDERS;
        Book storage b = books[i];
        toPayee = uint64(toPayee % (b.total + 2));
        bool expected = b.isOpen && !byStranger && isWithArbiter(i) && rest(i) > 0 && toPayee <= rest(i);
        vm.prank(byStranger ? stranger : arbiter);
        try escrow.resolve(terms[i], toPayee) {
            foretold(true, expected, "resolve");
            credited[terms[i].payee] += toPayee;
            credited[terms[i].payer] += rest(i) - toPayee;
            b.back += rest(i) - toPayee;
            b.paid += toPayee;
        } catch {
            foretold(false, expected, "resolve");
        }
    }

    function cancel(uint256 seed, uint8 byStranger) external {
        uint256 i = seed % ORDERS;
        bool isStranger = byStranger % 8 != 0;
        bool expected = books[i].isOpen && !isStranger && rest(i) > 0;
        vm.prank(isStranger ? stranger : terms[i].payee);
        try escrow.cancel(terms[i]) {
            foretold(true, expected, "cancel");
            refunded(i);
        } catch {
            foretold(false, expected, "cancel");
        }
    }

    function reclaim(uint256 seed, bool byStranger) external {
        uint256 i = seed % ORDERS;
        bool expected = books[i].isOpen && !byStranger && block.timestamp > deadline(i) && rest(i) > 0;
        vm.prank(byStranger ? stranger : terms[i].payer);
        try escrow.reclaim(terms[i]) {
            foretold(true, expected, "reclaim");
            refunded(i);
        } catch {
            foretold(false, expected, "reclaim");
        }
    }

    function withdraw(uint256 seed) external {
        address account = seed % 8 < 6 ? recipients[seed % 8] : seed % 8 == 6 ? stranger : arbiter;
        uint256 due = credited[account] - withdrawn[account];
        uint256 before = usdc.balanceOf(address(0xCAFE));
        vm.prank(account);
        try escrow.withdraw(address(0xCAFE)) {
            foretold(true, due > 0, "withdraw");
            foretold(usdc.balanceOf(address(0xCAFE)) - before == due, true, "withdrawn amount");
            withdrawn[account] += due;
        } catch {
            foretold(false, due > 0, "withdraw");
        }
    }

    function donate(uint64 amount) external {
        usdc.mint(address(escrow), amount % 1_000);
        donated += amount % 1_000;
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + time % 18 hours);
    }

    // ---- the rules once more

    function rest(uint256 i) public view returns (uint256) {
        return books[i].total - books[i].paid - books[i].back;
    }

    function isWithArbiter(uint256 i) public view returns (bool) {
        return books[i].frozenAt > 0 && block.timestamp <= books[i].frozenAt + terms[i].arbiterSeconds;
    }

    function deadline(uint256 i) public view returns (uint256) {
        uint256 grace = terms[i].graceUntil - terms[i].openUntil;
        uint256 afterArbiter = books[i].frozenAt + terms[i].arbiterSeconds + grace;
        return books[i].frozenAt > 0 && afterArbiter > terms[i].graceUntil ? afterArbiter : terms[i].graceUntil;
    }

    function cap(uint256 i) public view returns (uint256) {
        if (terms[i].rampSeconds == 0) return books[i].total;
        return books[i].total * terms[i].burstBps / 10_000
            + books[i].total * (block.timestamp - books[i].openedAt) / terms[i].rampSeconds;
    }

    function canTopUp(uint256 i, uint256 added, bool byStranger) private view returns (bool) {
        Book storage b = books[i];
        return b.isOpen && !byStranger && added > 0 && b.frozenAt == 0 && b.back == 0
            && block.timestamp <= terms[i].openUntil;
    }

    function canRelease(uint256 i, uint256 cumAmount) private view returns (bool) {
        Book storage b = books[i];
        return b.isOpen && !isWithArbiter(i) && block.timestamp <= deadline(i) && cumAmount > b.paid
            && cumAmount <= b.total - b.back && cumAmount <= cap(i);
    }

    function refunded(uint256 i) private {
        credited[terms[i].payer] += rest(i);
        books[i].back += rest(i);
    }

    function foretold(bool actual, bool expected, string memory what) private {
        if (actual != expected && bytes(surprise).length == 0) surprise = what;
    }
}

/// forge calls `Anyone` 100 times in 256 sequences for each invariant.
contract Invariants is EscrowTest {
    Anyone private anyone;

    function setUp() public override {
        super.setUp();
        anyone = new Anyone(usdc, escrow);
    }

    struct Selectors {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() public view returns (Selectors[] memory targets) {
        bytes4[] memory calls = new bytes4[](10);
        calls[0] = anyone.deposit.selector;
        calls[1] = anyone.topUp.selector;
        calls[2] = anyone.release.selector;
        calls[3] = anyone.freeze.selector;
        calls[4] = anyone.resolve.selector;
        calls[5] = anyone.cancel.selector;
        calls[6] = anyone.reclaim.selector;
        calls[7] = anyone.withdraw.selector;
        calls[8] = anyone.donate.selector;
        calls[9] = anyone.wait.selector;
        targets = new Selectors[](1);
        targets[0] = Selectors(address(anyone), calls);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(anyone);
    }

    function invariant_the_contract_holds_exactly_what_it_owes_and_was_given() public view {
        uint256 owed = anyone.donated();
        for (uint256 i; i < anyone.ORDERS(); i++) {
            (uint64 amount, uint64 paid, uint64 back,,) = escrow.orders(escrow.orderIdOf(anyone.termsOf(i)));
            owed += amount - paid - back;
        }
        for (uint256 i; i < 6; i++) {
            owed += escrow.claimable(anyone.recipients(i));
        }
        equal(usdc.balanceOf(address(escrow)), owed, "balance");
    }

    function invariant_every_order_is_what_the_books_say_and_gives_no_more_than_it_got() public view {
        for (uint256 i; i < anyone.ORDERS(); i++) {
            Anyone.Book memory b = anyone.book(i);
            (uint64 amount, uint64 paid, uint64 back, uint32 openedAt, uint32 frozenAt) =
                escrow.orders(escrow.orderIdOf(anyone.termsOf(i)));
            require(uint256(paid) + back <= amount, "more given than got");
            equal(amount, b.total, "amount");
            equal(paid, b.paid, "released");
            equal(back, b.back, "refunded");
            equal(openedAt, b.openedAt, "openedAt");
            equal(frozenAt, b.frozenAt, "frozenAt");
        }
    }

    function invariant_only_payers_payees_and_the_fee_recipient_are_owed_anything() public view {
        uint256 ended;
        uint256 given;
        for (uint256 i; i < anyone.ORDERS(); i++) {
            Anyone.Book memory b = anyone.book(i);
            ended += b.paid + b.back;
        }
        for (uint256 i; i < 6; i++) {
            address account = anyone.recipients(i);
            equal(escrow.claimable(account) + anyone.withdrawn(account), anyone.credited(account), "credited");
            given += anyone.credited(account);
        }
        equal(given, ended, "given");
        equal(escrow.claimable(stranger) + escrow.claimable(arbiter) + escrow.claimable(verifier), 0, "others");
        equal(escrow.claimable(address(escrow)) + escrow.claimable(address(usdc)), 0, "contracts");
    }

    function invariant_every_call_succeeds_exactly_when_the_rules_allow_it() public view {
        require(bytes(anyone.surprise()).length == 0, anyone.surprise());
    }

    function invariant_no_release_is_early_late_or_frozen() public view {
        require(bytes(anyone.breach()).length == 0, anyone.breach());
        for (uint256 i; i < anyone.ORDERS(); i++) {
            Anyone.Book memory b = anyone.book(i);
            if (!b.isOpen) continue;
            equal(escrow.rateCap(anyone.termsOf(i)), anyone.cap(i), "cap");
            equal(escrow.releaseUntil(anyone.termsOf(i)), anyone.deadline(i), "deadline");
        }
    }

    function invariant_money_is_neither_made_nor_lost() public view {
        uint256 out = usdc.balanceOf(address(0xCAFE));
        equal(usdc.balanceOf(address(escrow)) + out, anyone.paidIn() + anyone.donated(), "in = held + out");
    }
}
