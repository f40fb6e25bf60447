import { intAttribute, isFloat } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { convFlops, convInputGradient, convWeightGradient, windowToAttributes } from "./families/convolution";
import { slideShape, windowAttributes, windowOf } from "./families/window";
import { input, traffic, type Operator } from "./operator";

/** Cross-correlation over one or more spatial axes. */
export const conv: Operator = {
  name: "Conv",
  allowed: "buyer",
  inputs: [2, 3],
  attributes: { ...windowAttributes, group: "int" },
  read({ b, inputs, attributes }) {
    const [x, w] = [input({ inputs }, 0), input({ inputs }, 1)];
    const window = windowOf(attributes, x.shape.slice(2), w.shape.slice(2));
    return b.node("Conv", inputs, windowToAttributes(window, intAttribute({ attributes }, "group", 1)));
  },
  infer(draft) {
    const [x, w, bias] = [input(draft, 0), input(draft, 1), draft.inputs[2]];
    if (!isFloat(x.dtype) || w.dtype !== x.dtype || w.shape.length !== x.shape.length)
      misfit("Conv has an input and weights that do not fit together.");
    const group = intAttribute(draft, "group", 1);
    const [channels, outputs] = [dim(x.shape, 1), dim(w.shape, 0)];
    if (group < 1 || channels !== dim(w.shape, 1) * group || outputs % group !== 0)
      misfit(`Conv with ${channels} channels in ${group} groups does not fit weights [${w.shape.join(", ")}].`);
    if (bias !== undefined && (bias.dtype !== x.dtype || bias.shape.join() !== String(outputs)))
      misfit("Conv has a bias that does not fit its weights.");
    const window = windowOf(draft.attributes, x.shape.slice(2), w.shape.slice(2));
    return [{ dtype: x.dtype, shape: [dim(x.shape, 0), outputs, ...slideShape(x.shape.slice(2), window)] }];
  },
  gradient({ b, node, dy, wants }) {
    const [x, w, bias] = [input(node, 0), input(node, 1), node.inputs[2]];
    const group = intAttribute(node, "group", 1);
    const window = windowOf(node.attributes, x.shape.slice(2), w.shape.slice(2));
    const everywhere = dy.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    return [
      wants(0) ? convInputGradient(b, dy, w, window, group, x.shape.slice(2)) : undefined,
      wants(1) ? convWeightGradient(b, x, dy, window, group) : undefined,
      bias === undefined ? undefined : b.sum(dy, everywhere),
    ];
  },
  cost: (node) => ({ flops: convFlops(input(node, 1).shape, node.outputs[0]?.shape ?? []), bytes: traffic(node) }),
};
