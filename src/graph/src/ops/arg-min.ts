import { position } from "./families/position";

/** Place of the minimum along one axis. */
export const argMin = position("ArgMin");
