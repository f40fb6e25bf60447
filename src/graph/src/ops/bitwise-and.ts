import { binary } from "./families/elementwise";
import type { Operator } from "./operator";

/** Bits of unsigned numbers; chance is made of it. */
export const bitwiseAnd = {
  ...binary({ name: "BitwiseAnd", gradient: "none" }),
  allowed: "compiler",
} satisfies Operator;
