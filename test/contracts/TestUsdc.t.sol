// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestUsdc} from "../../src/contracts/TestUsdc.sol";
import {EscrowTest, Wallet1271} from "./EscrowTest.sol";

/// The stand-in behaves as USDC does where the escrow relies on it.
contract TestUsdcTest is EscrowTest {
    function transferSignature(uint256 key, address from) private view returns (bytes memory) {
        return signed(
            key,
            authorizationDigest(
                usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), from, payee, 100, START - 1, START + 60, "nonce"
            )
        );
    }

    function test_one_unit_is_a_micro_dollar() public view {
        equal(usdc.decimals(), 6, "decimals");
    }

    function test_transferWithAuthorization_moves_money_once() public {
        usdc.mint(payer, 200);
        bytes memory signature = transferSignature(PAYER_KEY, payer);
        vm.expectEmit(address(usdc));
        emit TestUsdc.AuthorizationUsed(payer, "nonce");
        usdc.transferWithAuthorization(payer, payee, 100, START - 1, START + 60, "nonce", signature);
        equal(usdc.balanceOf(payee), 100, "payee");
        vm.expectRevert(
            abi.encodeWithSelector(TestUsdc.AuthorizationUsedOrCanceled.selector, payer, bytes32("nonce"))
        );
        usdc.transferWithAuthorization(payer, payee, 100, START - 1, START + 60, "nonce", signature);
    }

    function test_an_authorization_of_somebody_else_is_refused() public {
        usdc.mint(payer, 200);
        bytes memory signature = transferSignature(STRANGER_KEY, payer);
        vm.expectRevert(TestUsdc.InvalidSignature.selector);
        usdc.transferWithAuthorization(payer, payee, 100, START - 1, START + 60, "nonce", signature);
    }

    function test_receiveWithAuthorization_is_for_the_payee_alone() public {
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.CallerIsNotPayee.selector, address(this)));
        usdc.receiveWithAuthorization(payer, payee, 100, 0, START + 60, "nonce", "");
    }

    function test_a_contract_wallet_authorizes_with_its_own_signature() public {
        address wallet = address(new Wallet1271(payer));
        usdc.mint(wallet, 100);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            PAYER_KEY,
            authorizationDigest(
                usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), wallet, payee, 100, START - 1, START + 60, "nonce"
            )
        );
        usdc.transferWithAuthorization(wallet, payee, 100, START - 1, START + 60, "nonce", abi.encode(r, s, v));
        equal(usdc.balanceOf(payee), 100, "payee");
    }

    function test_pause_and_deny_list_stop_sending_receiving_and_spending() public {
        usdc.mint(payer, 100);
        usdc.setPaused(true);
        vm.expectRevert(TestUsdc.Paused.selector);
        vm.prank(payer);
        usdc.transfer(payee, 1);
        usdc.setPaused(false);
        usdc.setDenied(payee, true);
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.Denied.selector, payee));
        vm.prank(payer);
        usdc.transfer(payee, 1);
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.Denied.selector, payee));
        vm.prank(payee);
        usdc.transfer(payer, 0);
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.Denied.selector, payee));
        vm.prank(payee);
        usdc.transferFrom(payer, stranger, 0);
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.Denied.selector, payee));
        vm.prank(payee);
        usdc.approve(payer, 1);
        vm.expectRevert(abi.encodeWithSelector(TestUsdc.Denied.selector, address(usdc)));
        vm.prank(payer);
        usdc.transfer(address(usdc), 1);
    }
}
