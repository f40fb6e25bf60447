export { listOffers, type OfferView } from "./list-offers";
export { closeOrder, placeOrder, reopenOrder } from "./orders";
export { quoteMarket, type MarketQuote } from "./quote-market";
export { MARKET_FEE_BPS, replayBatch, runBatch, type MatchedFill } from "./run-batch";
export { SetOfferInput, setOffer } from "./set-offer";
export { solveBatch, type BatchInput, type BatchOffer, type BatchOrder, type BatchResult } from "./solve-batch";
export {
  findActiveMatch as activeMatch,
  selectMatches as listMatches,
  selectLostMatches as lostMatches,
} from "./store";
