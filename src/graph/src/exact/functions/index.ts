import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { acos, asin, atan } from "./atan";
import { cos, sin, tan } from "./circle";
import { erf } from "./erf";
import { exp } from "./exp";
import { acosh, asinh, atanh, cosh, sinh } from "./hyperbolic";
import { log } from "./log";
import { sigmoid } from "./sigmoid";
import { softplus } from "./softplus";
import { tanh } from "./tanh";

/** float32 in, float32 out, element by element; any shape. */
export type ExactFunction = (b: Builder, x: Value) => Value;

/** Elementary functions of one operand by ONNX name. Elu and Pow, which take more, have files of their own. */
export const exactFunctions: ReadonlyMap<string, ExactFunction> = new Map([
  ["Acos", acos],
  ["Acosh", acosh],
  ["Asin", asin],
  ["Asinh", asinh],
  ["Atan", atan],
  ["Atanh", atanh],
  ["Cos", cos],
  ["Cosh", cosh],
  ["Erf", erf],
  ["Exp", exp],
  ["Log", log],
  ["Sigmoid", sigmoid],
  ["Sin", sin],
  ["Sinh", sinh],
  ["Softplus", softplus],
  ["Tan", tan],
  ["Tanh", tanh],
]);
