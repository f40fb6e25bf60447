// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TrainyardEscrow} from "../../src/contracts/TrainyardEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// Gas of whole transactions: every call is one of its own, so its base cost and cold storage are included.
/// forge-config: default.isolate = true
contract GasTest is EscrowTest {
    function test_gas_of_deposit_is_below_170_000() public {
        fund(payer, AMOUNT);
        vm.prank(payer);
        escrow.deposit(someTerms());
        uint256 byAllowance = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint("deposit", byAllowance);
        require(byAllowance < 170_000, "deposit");

        TrainyardEscrow.Terms memory terms = someTerms();
        terms.salt = "3009";
        usdc.mint(payer, AMOUNT);
        bytes memory signature = signed(PAYER_KEY, receiveDigest(terms, START + 60));
        escrow.depositWithAuthorization(terms, START - 1, START + 60, signature);
        uint256 byAuthorization = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint("depositWithAuthorization", byAuthorization);
        require(byAuthorization < 170_000, "depositWithAuthorization");
    }

    function test_gas_of_release_is_below_80_000() public {
        opened(someTerms());
        released(someTerms(), 40_000_000);
        emit log_named_uint("very first release of payee and platform", vm.lastCallGas().gasTotalUsed);
        released(someTerms(), 50_000_000);
        uint256 next = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint("next release", next);
        require(next < 80_000, "next release");
        vm.prank(payee);
        escrow.withdraw(payee);
        emit log_named_uint("withdraw", vm.lastCallGas().gasTotalUsed);
        released(someTerms(), 60_000_000);
        uint256 emptied = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint("release to an emptied payee", emptied);
        require(emptied < 80_000, "release to an emptied payee");
    }

    event log_named_uint(string key, uint256 value);
}
