export { chainDifferences, type ChainDifference } from "./chain-differences";
export { deployLocalContracts, hasLocalContracts, mintTestUsdc, type LocalContracts } from "./chain/deploy";
export { LOCAL_MNEMONIC, localAccount, type LocalAccountName } from "./chain/local-accounts";
export {
  AddressBlocked,
  ChainClosed,
  ChainUnreachable,
  ChallengeRefused,
  DepositRefused,
  SignatureRefused,
  WalletRefused,
  WithdrawalRefused,
} from "./errors";
export { listIncidents, type IncidentKind } from "./incidents";
export {
  LinkWalletInput,
  PrepareDepositInput,
  ReadFundingInput,
  RequestWithdrawalInput,
  StartLinkInput,
  SubmitAuthorizationInput,
  WalletInput,
} from "./inputs";
export { closeEscrowOrder } from "./orders/close-escrow-order";
export { prepareDeposit, type PreparedDeposit } from "./orders/prepare-deposit";
export { readFunding, type FundingStage, type FundingView } from "./orders/read-funding";
export { recordVoucher } from "./orders/record-voucher";
export { submitAuthorization } from "./orders/submit-authorization";
export { DEFAULT_POLICY, openChain, treasuryOf, type ChainPolicy, type ChainRail, type ChainSettings } from "./rail";
export { runChain } from "./run-chain";
export { linkWallet } from "./wallets/link-wallet";
export { listWallets, type WalletView } from "./wallets/list-wallets";
export { listWithdrawals, type WithdrawalView } from "./wallets/list-withdrawals";
export { requestWithdrawal } from "./wallets/request-withdrawal";
export { setPayoutWallet } from "./wallets/set-payout-wallet";
export { startLink } from "./wallets/start-link";
export { unlinkWallet } from "./wallets/unlink-wallet";
export { resumeWatcher } from "./watch/resume-watcher";
export { watchChain, type WatchOutcome } from "./watch/watch-chain";
