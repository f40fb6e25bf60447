import { misfit } from "../../refusal";

/** How one axis is sampled anew. */
export interface Sampling {
  readonly from: number;
  readonly to: number;
  /** New positions for each old one. */
  readonly scale: number;
  /** How a new position is mapped to an old one, by its ONNX name. */
  readonly transformation: string;
  /** How the nearest old position is chosen, by its ONNX name. */
  readonly nearest: string;
  /** The coefficient of cubic interpolation. */
  readonly cubic: number;
  /** Whether weights outside the axis are dropped and the rest scaled up, in cubic interpolation. */
  readonly excludesOutside: boolean;
}

/** The old position, a fraction, that a new one samples. Rounded to float32 at each step, as runtimes compute it. */
function origin({ transformation, from, to, scale }: Sampling, at: number): number {
  const f = Math.fround;
  const half = f(f((at + 0.5) / f(scale)) - 0.5);
  switch (transformation) {
    case "half_pixel":
      return half;
    case "pytorch_half_pixel":
      return to > 1 ? half : 0;
    case "half_pixel_symmetric":
      return f(f((from / 2) * (1 - to / (scale * from))) + half);
    case "align_corners":
      return to === 1 ? 0 : f((at * (from - 1)) / (to - 1));
    case "asymmetric":
      return f(at / f(scale));
    default:
      return misfit(`Resize has no coordinate transformation "${transformation}".`);
  }
}

/** For every new position the old one that is nearest. */
export function nearestPlaces(sampling: Sampling): number[] {
  const round = {
    round_prefer_floor: (x: number) => Math.ceil(x - 0.5),
    round_prefer_ceil: (x: number) => Math.floor(x + 0.5),
    floor: Math.floor,
    ceil: Math.ceil,
  }[sampling.nearest];
  if (round === undefined) misfit(`Resize has no nearest mode "${sampling.nearest}".`);
  return Array.from({ length: sampling.to }, (_, at) => clamp(round(origin(sampling, at)), sampling.from));
}

/** Weights [from, to] of old positions in new ones. */
export function samplingMatrix(sampling: Sampling, mode: "linear" | "cubic"): number[] {
  const { from, to } = sampling;
  const matrix = new Array<number>(from * to).fill(0);
  for (let at = 0; at < to; at++) {
    const taps = mode === "linear" ? linearTaps(sampling, at) : cubicTaps(sampling, at);
    for (const [place, weight] of taps) {
      const cell = clamp(place, from) * to + at;
      matrix[cell] = (matrix[cell] ?? 0) + weight;
    }
  }
  return matrix;
}

type Tap = readonly [place: number, weight: number];

const clamp = (place: number, size: number): number => Math.max(0, Math.min(size - 1, place));

function linearTaps(sampling: Sampling, at: number): Tap[] {
  const x = clamp(origin(sampling, at), sampling.from);
  const low = Math.floor(x);
  return [
    [low, 1 - (x - low)],
    [low + 1, x - low],
  ];
}

/** Keys' cubic convolution over four neighbours. */
function cubicTaps(sampling: Sampling, at: number): Tap[] {
  const { cubic: a, excludesOutside, from } = sampling;
  const x = origin(sampling, at);
  const low = Math.floor(x);
  const weight = (distance: number): number =>
    distance <= 1
      ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
      : (((distance - 5) * distance + 8) * distance - 4) * a;
  const taps = [-1, 0, 1, 2].map((step): Tap => [low + step, weight(Math.abs(x - low - step))]);
  if (!excludesOutside) return taps;
  const inside = taps.filter(([place]) => place >= 0 && place < from);
  const total = inside.reduce((sum, [, each]) => sum + each, 0);
  return inside.map(([place, each]): Tap => [place, each / total]);
}
