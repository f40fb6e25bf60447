// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice The part of EIP-3009 that a deposit needs, in the overload that accepts ERC-1271 wallets too.
interface IReceiveWithAuthorization {
    /// @notice Moves `value` from `from` to `to`, who must be the caller, on a signature of `from`.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external;
}

/// @title TrainyardEscrow
/// @notice Holds the price of one order each and releases it to the provider as segments are verified.
/// There is no owner and no upgrade. Money leaves an order only towards its payer, payee and fee recipient,
/// who fetch it themselves, so an account that the token's issuer freezes blocks nobody else.
contract TrainyardEscrow is EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @notice What payer and payee agreed on. Its hash is the order; it never changes.
    struct Terms {
        address payer;
        address payee;
        /// Signs vouchers: a key or an ERC-1271 contract.
        address verifier;
        /// May split the unreleased part of a frozen order between payer and payee.
        address arbiter;
        address feeTo;
        uint16 feeBps;
        /// The share of the amount that may be released at once; only where `rampSeconds` is set.
        uint16 burstBps;
        /// The time over which the whole amount becomes releasable; 0 means no rate cap.
        uint32 rampSeconds;
        /// How long the arbiter has to answer a freeze.
        uint32 arbiterSeconds;
        /// Last second in which money may be paid in.
        uint40 openUntil;
        /// Last second in which a voucher counts, unless a freeze prolongs it.
        uint40 graceUntil;
        uint64 amount;
        bytes32 salt;
    }

    /// @notice What happened to an order so far, in one storage slot. 64 bits of micro-dollars are 18 million million dollars.
    struct Order {
        uint64 amount;
        uint64 released;
        uint64 refunded;
        uint32 openedAt;
        /// Stays set after the dispute ended: an order is frozen at most once.
        uint32 frozenAt;
    }

    uint256 private constant BPS = 10_000;
    /// @notice No order pays a higher fee than this.
    uint256 public constant MAX_FEE_BPS = 2_000;
    /// @notice No arbiter may keep an order frozen for longer than this.
    uint256 public constant MAX_ARBITER_SECONDS = 90 days;
    /// @notice The EIP-712 type of a voucher.
    bytes32 public constant VOUCHER_TYPEHASH =
        keccak256("Voucher(bytes32 orderId,uint64 cumAmount,uint32 segIndex,bytes32 evidenceRoot)");

    /// @notice The only token this contract deals in.
    IERC20 public immutable token;

    /// @notice The state of an order; all zero for one that was never paid.
    mapping(bytes32 orderId => Order) public orders;
    /// What an account may withdraw, plus one from its first entry on. The one is no money: it keeps the slot from
    /// ever being empty again, since filling an empty slot is the dearest part of a release.
    mapping(address account => uint256) private _entries;

    event Opened(bytes32 indexed orderId, address indexed payer, address indexed payee, Terms terms);
    /// @dev `total` grows with every deposit, so (orderId, total) names a deposit even if its block is replaced.
    event Deposited(bytes32 indexed orderId, uint256 added, uint256 total);
    event Released(
        bytes32 indexed orderId, uint256 cumAmount, uint256 fee, uint32 indexed segIndex, bytes32 evidenceRoot
    );
    event Frozen(bytes32 indexed orderId, uint256 unreleased);
    event Resolved(bytes32 indexed orderId, uint256 toPayee, uint256 toPayer);
    event Cancelled(bytes32 indexed orderId, uint256 toPayer);
    event Reclaimed(bytes32 indexed orderId, uint256 toPayer);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    error InvalidTerms();
    error OrderExists(bytes32 orderId);
    error OrderUnknown(bytes32 orderId);
    error OrderEnded(bytes32 orderId);
    error NotPermitted(address caller, address expected);
    error TooLate(uint256 deadline);
    error TooEarly(uint256 notBefore);
    error OrderFrozen(bytes32 orderId);
    error NotFrozen(bytes32 orderId);
    error BadVoucher();
    error NotIncreasing(uint256 cumAmount, uint256 released);
    error ExceedsOrder(uint256 wanted, uint256 available);
    error ExceedsRate(uint256 cumAmount, uint256 cap);
    error ZeroAmount();
    error InvalidRecipient(address to);
    error WrongAmountReceived(uint256 expected, uint256 received);

    /// @param token_ USDC of this chain; it can never be changed.
    constructor(IERC20 token_) EIP712("TrainyardEscrow", "1") {
        token = token_;
    }

    // ---- paying in

    /// @notice Opens and funds an order from the caller's allowance. The caller must be its payer.
    /// @return orderId the order, named by the hash of its terms
    function deposit(Terms calldata terms) external nonReentrant returns (bytes32 orderId) {
        return _depositFromAllowance(terms);
    }

    /// @notice Like `deposit`, with an EIP-2612 signature in place of an earlier approval.
    /// A permit does not name the terms, so only the payer may use it. One that somebody else has already
    /// brought to the token is no reason to fail: its allowance is there.
    /// @return orderId the order, named by the hash of its terms
    function depositWithPermit(Terms calldata terms, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        nonReentrant
        returns (bytes32 orderId)
    {
        try IERC20Permit(address(token)).permit(msg.sender, address(this), terms.amount, deadline, v, r, s) {} catch {}
        return _depositFromAllowance(terms);
    }

    /// @notice Opens and funds an order on the payer's EIP-3009 signature; anyone may bring it.
    /// The authorization's nonce is the order, so the payer has signed exactly these terms.
    /// @return orderId the order, named by the hash of its terms
    function depositWithAuthorization(
        Terms calldata terms,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external nonReentrant returns (bytes32 orderId) {
        orderId = _open(terms);
        uint256 before = token.balanceOf(address(this));
        IReceiveWithAuthorization(address(token)).receiveWithAuthorization(
            terms.payer, address(this), terms.amount, validAfter, validBefore, orderId, signature
        );
        _checkReceived(before, terms.amount);
    }

    /// @notice Adds `added` to an order that is still open, from the payer's allowance.
    function topUp(Terms calldata terms, uint64 added) external nonReentrant {
        (bytes32 orderId, Order memory order) = _load(terms);
        _only(terms.payer);
        if (added == 0) revert ZeroAmount();
        if (order.frozenAt != 0) revert OrderFrozen(orderId);
        if (order.refunded != 0) revert OrderEnded(orderId);
        if (block.timestamp > terms.openUntil) revert TooLate(terms.openUntil);
        order.amount += added;
        orders[orderId] = order;
        emit Deposited(orderId, added, order.amount);
        _pull(added);
    }

    // ---- paying out

    /// @notice Releases an order up to `cumAmount` in total, on a voucher of its verifier; anyone may bring it.
    /// Vouchers are cumulative: a newer one replaces all before it, so none needs to be kept or counted.
    /// The fee is taken of the cumulative amount, so it does not depend on how many vouchers were used.
    /// @param cumAmount what is released in total after this call
    /// @param segIndex the last verified segment
    /// @param evidenceRoot commitment to the evidence of all segments up to it
    /// @param signature EIP-712 signature of the verifier
    function release(
        Terms calldata terms,
        uint64 cumAmount,
        uint32 segIndex,
        bytes32 evidenceRoot,
        bytes calldata signature
    ) external nonReentrant {
        (bytes32 orderId, Order memory order) = _load(terms);
        if (_isWithArbiter(terms, order)) revert OrderFrozen(orderId);
        _checkReleasable(terms, order, cumAmount);
        bytes32 digest = voucherDigest(orderId, cumAmount, segIndex, evidenceRoot);
        if (!SignatureChecker.isValidSignatureNowCalldata(terms.verifier, digest, signature)) revert BadVoucher();

        uint256 fee = _feeOf(terms, cumAmount) - _feeOf(terms, order.released);
        _credit(terms.payee, cumAmount - order.released - fee);
        _credit(terms.feeTo, fee);
        order.released = cumAmount;
        orders[orderId] = order;
        emit Released(orderId, cumAmount, fee, segIndex, evidenceRoot);
    }

    /// @notice Sends everything the caller may claim to `to`. The address is chosen anew each time, so an account
    /// that the token's issuer has frozen can still be paid elsewhere.
    function withdraw(address to) external nonReentrant {
        if (to == address(0) || to == address(this)) revert InvalidRecipient(to);
        uint256 amount = claimable(msg.sender);
        if (amount == 0) revert ZeroAmount();
        _entries[msg.sender] = 1;
        emit Withdrawn(msg.sender, to, amount);
        token.safeTransfer(to, amount);
    }

    // ---- ending

    /// @notice Lets the payer stop releases until the arbiter has answered, once per order.
    /// What is already released stays the payee's.
    function freeze(Terms calldata terms) external nonReentrant {
        (bytes32 orderId, Order memory order) = _load(terms);
        _only(terms.payer);
        if (order.frozenAt != 0) revert OrderFrozen(orderId);
        if (block.timestamp > terms.graceUntil) revert TooLate(terms.graceUntil);
        uint256 unreleased = _unreleased(orderId, order);
        orders[orderId].frozenAt = block.timestamp.toUint32();
        emit Frozen(orderId, unreleased);
    }

    /// @notice Lets the arbiter split the unreleased part of a frozen order: `toPayee` to the payee, without fee,
    /// the rest to the payer. Nobody else can receive any of it.
    function resolve(Terms calldata terms, uint64 toPayee) external nonReentrant {
        (bytes32 orderId, Order memory order) = _load(terms);
        _only(terms.arbiter);
        if (order.frozenAt == 0) revert NotFrozen(orderId);
        uint256 deadline = _arbiterUntil(terms, order);
        if (block.timestamp > deadline) revert TooLate(deadline);
        uint256 unreleased = _unreleased(orderId, order);
        if (toPayee > unreleased) revert ExceedsOrder(toPayee, unreleased);
        uint256 toPayer = unreleased - toPayee;
        order.released += toPayee;
        order.refunded += uint64(toPayer);
        orders[orderId] = order;
        _credit(terms.payee, toPayee);
        _credit(terms.payer, toPayer);
        emit Resolved(orderId, toPayee, toPayer);
    }

    /// @notice Lets the payee give the unreleased part back to the payer at any time.
    function cancel(Terms calldata terms) external nonReentrant {
        (bytes32 orderId, Order memory order) = _load(terms);
        _only(terms.payee);
        emit Cancelled(orderId, _refund(terms, orderId, order));
    }

    /// @notice Lets the payer take the unreleased part back once no voucher can count any more. Nobody else is needed.
    function reclaim(Terms calldata terms) external nonReentrant {
        (bytes32 orderId, Order memory order) = _load(terms);
        _only(terms.payer);
        uint256 deadline = _releaseUntil(terms, order);
        if (block.timestamp <= deadline) revert TooEarly(deadline + 1);
        emit Reclaimed(orderId, _refund(terms, orderId, order));
    }

    // ---- looking

    /// @notice What an account may withdraw now.
    function claimable(address account) public view returns (uint256) {
        uint256 entry = _entries[account];
        return entry == 0 ? 0 : entry - 1;
    }

    /// @notice The name of the order with these terms, on this chain and in this contract only.
    function orderIdOf(Terms calldata terms) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), terms));
    }

    /// @notice What the verifier signs.
    function voucherDigest(bytes32 orderId, uint64 cumAmount, uint32 segIndex, bytes32 evidenceRoot)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(VOUCHER_TYPEHASH, orderId, cumAmount, segIndex, evidenceRoot)));
    }

    /// @notice Last second in which a voucher for this order counts.
    function releaseUntil(Terms calldata terms) external view returns (uint256) {
        (, Order memory order) = _load(terms);
        return _releaseUntil(terms, order);
    }

    /// @notice The most that may be released in total at this moment, whoever signed.
    function rateCap(Terms calldata terms) external view returns (uint256) {
        (, Order memory order) = _load(terms);
        return _rateCap(terms, order);
    }

    // ---- rules

    function _depositFromAllowance(Terms calldata terms) private returns (bytes32 orderId) {
        _only(terms.payer);
        orderId = _open(terms);
        _pull(terms.amount);
    }

    function _open(Terms calldata terms) private returns (bytes32 orderId) {
        if (
            terms.payer == address(0) || terms.payee == address(0) || terms.payee == address(this)
                || terms.verifier == address(0) || terms.arbiter == address(0) || terms.feeTo == address(0)
                || terms.feeTo == address(this) || terms.feeBps > MAX_FEE_BPS || terms.burstBps > BPS
                || terms.arbiterSeconds == 0 || terms.arbiterSeconds > MAX_ARBITER_SECONDS
                || terms.graceUntil <= terms.openUntil
        ) revert InvalidTerms();
        if (terms.amount == 0) revert ZeroAmount();
        if (block.timestamp > terms.openUntil) revert TooLate(terms.openUntil);
        orderId = orderIdOf(terms);
        if (orders[orderId].amount != 0) revert OrderExists(orderId);
        orders[orderId] = Order(terms.amount, 0, 0, block.timestamp.toUint32(), 0);
        _credit(terms.feeTo, 0); // fills its slot, so that a release fills one at most: the payee's, once
        emit Opened(orderId, terms.payer, terms.payee, terms);
        emit Deposited(orderId, terms.amount, terms.amount);
    }

    function _credit(address account, uint256 amount) private {
        _entries[account] = claimable(account) + amount + 1;
    }

    function _pull(uint256 amount) private {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        _checkReceived(before, amount);
    }

    /// A token that takes a fee on the way would leave the last order short.
    function _checkReceived(uint256 before, uint256 amount) private view {
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert WrongAmountReceived(amount, received);
    }

    function _checkReleasable(Terms calldata terms, Order memory order, uint256 cumAmount) private view {
        uint256 deadline = _releaseUntil(terms, order);
        if (block.timestamp > deadline) revert TooLate(deadline);
        if (cumAmount <= order.released) revert NotIncreasing(cumAmount, order.released);
        uint256 available = order.amount - order.refunded;
        if (cumAmount > available) revert ExceedsOrder(cumAmount, available);
        uint256 cap = _rateCap(terms, order);
        if (cumAmount > cap) revert ExceedsRate(cumAmount, cap);
    }

    function _refund(Terms calldata terms, bytes32 orderId, Order memory order) private returns (uint256 toPayer) {
        toPayer = _unreleased(orderId, order);
        order.refunded += uint64(toPayer);
        orders[orderId] = order;
        _credit(terms.payer, toPayer);
    }

    function _load(Terms calldata terms) private view returns (bytes32 orderId, Order memory order) {
        orderId = orderIdOf(terms);
        order = orders[orderId];
        if (order.amount == 0) revert OrderUnknown(orderId);
    }

    function _only(address expected) private view {
        if (msg.sender != expected) revert NotPermitted(msg.sender, expected);
    }

    function _unreleased(bytes32 orderId, Order memory order) private pure returns (uint256 unreleased) {
        unreleased = order.amount - order.released - order.refunded;
        if (unreleased == 0) revert OrderEnded(orderId);
    }

    function _arbiterUntil(Terms calldata terms, Order memory order) private pure returns (uint256) {
        return uint256(order.frozenAt) + terms.arbiterSeconds;
    }

    function _isWithArbiter(Terms calldata terms, Order memory order) private view returns (bool) {
        return order.frozenAt != 0 && block.timestamp <= _arbiterUntil(terms, order);
    }

    /// A freeze with a silent arbiter must not cost the payee the time to bring the last voucher,
    /// so the whole grace period begins anew after it.
    function _releaseUntil(Terms calldata terms, Order memory order) private pure returns (uint256) {
        if (order.frozenAt == 0) return terms.graceUntil;
        uint256 prolonged = _arbiterUntil(terms, order) + terms.graceUntil - terms.openUntil;
        return prolonged > terms.graceUntil ? prolonged : terms.graceUntil;
    }

    /// What a thief of the verifier's key can take grows only with time, which is when a freeze can stop him.
    function _rateCap(Terms calldata terms, Order memory order) private view returns (uint256) {
        if (terms.rampSeconds == 0) return order.amount;
        uint256 elapsed = block.timestamp - order.openedAt;
        return (uint256(order.amount) * terms.burstBps) / BPS + (uint256(order.amount) * elapsed) / terms.rampSeconds;
    }

    function _feeOf(Terms calldata terms, uint256 cumAmount) private pure returns (uint256) {
        return (cumAmount * terms.feeBps) / BPS;
    }
}
