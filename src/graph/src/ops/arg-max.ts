import { position } from "./families/position";

/** Place of the maximum along one axis. */
export const argMax = position("ArgMax");
