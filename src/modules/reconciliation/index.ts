export { readTieOut, type DifferenceView, type TieOutView } from "./read-tie-out";
export { reconcile } from "./reconcile";
