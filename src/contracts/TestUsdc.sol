// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title TestUsdc
/// @notice Stands in for USDC (FiatToken V2.2) on test chains: the same signatures, pause and deny-list, and a
/// mint, a pause and a deny-list that anyone may use. It is worth nothing and must never be deployed where it could be mistaken.
contract TestUsdc is ERC20, ERC20Permit {
    bytes32 public constant TRANSFER_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 public constant CANCEL_AUTHORIZATION_TYPEHASH =
        keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    /// @notice Whether the token is paused as a whole.
    bool public paused;
    /// @notice Accounts that can neither send, receive nor spend.
    mapping(address account => bool) public denied;
    /// @notice Whether an authorization was used or cancelled.
    mapping(address authorizer => mapping(bytes32 nonce => bool)) public authorizationState;

    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    error Paused();
    error Denied(address account);
    error CallerIsNotPayee(address caller);
    error NotYetValid(uint256 validAfter);
    error Expired(uint256 validBefore);
    error AuthorizationUsedOrCanceled(address authorizer, bytes32 nonce);
    error InvalidSignature();

    modifier live(address account) {
        if (paused) revert Paused();
        if (denied[account]) revert Denied(account);
        _;
    }

    constructor() ERC20("USD Coin", "USDC") ERC20Permit("USD Coin") {
        denied[address(this)] = true;
    }

    /// @notice 6, as USDC: one unit is a micro-dollar.
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    /// @notice Makes money out of nothing.
    function mint(address to, uint256 value) external {
        _mint(to, value);
    }

    /// @notice Stops or resumes every transfer.
    function setPaused(bool paused_) external {
        paused = paused_;
    }

    /// @notice Puts an account on the deny-list or takes it off.
    function setDenied(address account, bool denied_) external {
        denied[account] = denied_;
    }

    /// @inheritdoc ERC20
    function transferFrom(address from, address to, uint256 value) public override live(msg.sender) returns (bool) {
        return super.transferFrom(from, to, value);
    }

    /// @inheritdoc ERC20
    function approve(address spender, uint256 value) public override live(msg.sender) returns (bool) {
        return super.approve(spender, value);
    }

    /// @notice EIP-3009: moves `value` on a signature of `from`; anyone may bring it.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external {
        _useAuthorization(
            TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce, signature
        );
    }

    /// @notice EIP-3009: moves `value` on a signature of `from`; only the payee may bring it.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external {
        if (to != msg.sender) revert CallerIsNotPayee(msg.sender);
        _useAuthorization(
            RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce, signature
        );
    }

    /// @notice EIP-3009: makes an authorization useless before it is used.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) external live(authorizer) {
        _checkSignature(
            authorizer, keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce)), signature
        );
        _consume(authorizer, nonce);
        emit AuthorizationCanceled(authorizer, nonce);
    }

    function _useAuthorization(
        bytes32 typehash,
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) private {
        if (block.timestamp <= validAfter) revert NotYetValid(validAfter);
        if (block.timestamp >= validBefore) revert Expired(validBefore);
        bytes32 structHash = keccak256(abi.encode(typehash, from, to, value, validAfter, validBefore, nonce));
        _checkSignature(from, structHash, signature);
        _consume(from, nonce);
        emit AuthorizationUsed(from, nonce);
        _transfer(from, to, value);
    }

    function _checkSignature(address signer, bytes32 structHash, bytes memory signature) private view {
        if (!SignatureChecker.isValidSignatureNow(signer, _hashTypedDataV4(structHash), signature)) {
            revert InvalidSignature();
        }
    }

    function _consume(address authorizer, bytes32 nonce) private {
        if (authorizationState[authorizer][nonce]) revert AuthorizationUsedOrCanceled(authorizer, nonce);
        authorizationState[authorizer][nonce] = true;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (paused) revert Paused();
        if (denied[from]) revert Denied(from);
        if (denied[to]) revert Denied(to);
        super._update(from, to, value);
    }
}
