import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { acos } from "./acos";
import { acosh } from "./acosh";
import { asin } from "./asin";
import { asinh } from "./asinh";
import { atan } from "./atan";
import { atanh } from "./atanh";
import { cos } from "./cos";
import { cosh } from "./cosh";
import { erf } from "./erf";
import { exp } from "./exp";
import { log } from "./log";
import { reciprocal } from "./reciprocal";
import { sigmoid } from "./sigmoid";
import { sin } from "./sin";
import { sinh } from "./sinh";
import { softplus } from "./softplus";
import { tan } from "./tan";
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
  ["Reciprocal", reciprocal],
  ["Sigmoid", sigmoid],
  ["Sin", sin],
  ["Sinh", sinh],
  ["Softplus", softplus],
  ["Tan", tan],
  ["Tanh", tanh],
]);
