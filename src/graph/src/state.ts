import { byCodeUnit } from "./examine-model";
import { emptyArray, sizeOf, type Literal } from "./ir";
import { scalerTensors } from "./loss-scaling";
import { optimizerOf, type OptimizerChoice } from "./optimizers/choose-optimizer";
import type { Tensor, TrainingOptions } from "./options";
import { ADAPTER_SCALE, averageName, type Roles } from "./roles";

/** Names in the state of the optimizer's slots of a parameter, in the optimizer's order. */
export function slotNames(optimizer: OptimizerChoice, parameter: string, shape: readonly number[]): string[] {
  return optimizerOf(optimizer)
    .slots(shape)
    .map(({ name }) => `${name}.${parameter}`);
}

/** Every tensor that travels from step to step with where it starts, in code-unit order of the names. */
export function initialTensors(roles: Roles, options: TrainingOptions): Map<string, Literal> {
  const tensors = new Map<string, Literal>([...roles.trained, ...roles.statistics]);
  for (const [name, parameter] of roles.trained) {
    for (const slot of optimizerOf(options.optimizer).slots(parameter.shape))
      tensors.set(`${slot.name}.${name}`, zeros(slot.shape));
    if (options.averageDecay !== undefined) tensors.set(averageName(name), parameter);
  }
  for (const [name, literal] of scalerTensors(options)) tensors.set(name, literal);
  if (roles.adapters.size > 0)
    tensors.set(ADAPTER_SCALE, { dtype: "float32", shape: [1], data: Float32Array.of(roles.adapterScale) });
  return new Map([...tensors].sort(([a], [b]) => byCodeUnit(a, b)));
}

const zeros = (shape: readonly number[]): Literal => ({
  dtype: "float32",
  shape,
  data: emptyArray("float32", sizeOf(shape)),
});

/** The same tensors, all float32, as bytes of their own. */
export function asTensors(tensors: ReadonlyMap<string, Literal>): Tensor[] {
  return [...tensors].map(([name, { shape, data }]) => ({
    name,
    dtype: "float32",
    shape,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
  }));
}
