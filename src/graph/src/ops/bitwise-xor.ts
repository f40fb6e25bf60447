import { binary } from "./families/elementwise";
import type { Operator } from "./operator";

/** Bits of unsigned numbers; chance is made of it. */
export const bitwiseXor = {
  ...binary({ name: "BitwiseXor", gradient: "none" }),
  allowed: "compiler",
} satisfies Operator;
