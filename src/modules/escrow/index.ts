export { deployLocalContracts, mintTestUsdc, type LocalContracts } from "./chain/deploy";
export * from "./errors";
export { listIncidents, type IncidentKind } from "./incidents";
export { DEFAULT_POLICY, openChain, treasuryOf, type ChainPolicy, type ChainRail, type ChainSettings } from "./rail";
export { watchChain, type WatchOutcome } from "./watch/watch-chain";
