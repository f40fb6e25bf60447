import type { Builder } from "../../builder";
import { sizeOf, type Value } from "../../ir";
import { dim } from "../../shape";

/**
 * Minimal filtering (Winograd 1980; Lavin & Gray 2016) for 3x3 kernels of stride 1 on images [h, w, n, c]: tiles of the
 * input, the kernels and the output are points of polynomials, where a convolution is a plain product. m x m outputs cost
 * (m + 2)^2 multiplications a channel pair instead of 9 m^2: 4 times fewer for m = 4, 2.25 for m = 2. Every step is a
 * matrix product, so bits are those of products. In this layout no step but one moves data: the banded matrices that cut
 * an axis into tiles also pad it, and a FusedMatMul that reads its batch axes first puts the points in front.
 */
interface Tile {
  /** Outputs of a tile along an axis. */
  readonly m: number;
  /** From inputs to points: [points, m + 2]. */
  readonly input: readonly (readonly number[])[];
  /** From kernels to points: [points, 3]. */
  readonly kernel: readonly (readonly number[])[];
  /** From points to outputs: [m, points]. */
  readonly output: readonly (readonly number[])[];
}

const TILE_2: Tile = {
  m: 2,
  input: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
  kernel: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
  output: [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
};

const TILE_4: Tile = {
  m: 4,
  input: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  kernel: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  output: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
};

/** A 3x3 convolution of stride 1 on x [h, w, n, c] with kernels [m, c, 3, 3], padded by `before` in front of each axis. */
export interface Filtering {
  readonly x: Value;
  readonly w: Value;
  readonly before: readonly number[];
  /** Spatial shape of the result. */
  readonly out: readonly number[];
}

/** Fewer rows than this in a point's product make the transformed kernels, not the arithmetic, what takes the time. */
const ROWS_LEAST = 64;

function tileOf({ x, out }: Filtering): Tile {
  const rows = countTiles(TILE_4, dim(out, 0)) * countTiles(TILE_4, dim(out, 1)) * dim(x.shape, 2);
  return rows >= ROWS_LEAST ? TILE_4 : TILE_2;
}

const countTiles = ({ m }: Tile, size: number): number => Math.ceil(size / m);

export function filter(b: Builder, f: Filtering): Value {
  const tile = tileOf(f);
  const kernels = kernelPoints(b, f.w, tile);
  const points = b.fusedMatMul(inputPoints(b, f, tile), kernels, { transB: true });
  const [n, channels] = [dim(f.x.shape, 2), dim(f.w.shape, 0)];
  const [high, wide] = [countTiles(tile, dim(f.out, 0)), countTiles(tile, dim(f.out, 1))];
  const count = tile.kernel.length;
  const matrix = b.reshape(constantMatrix(b, tile.output), [1, tile.m, count]);
  const across = b.fusedMatMul(matrix, b.reshape(points, [count, count * high * wide, n * channels]), {
    transBatchB: true,
  });
  const down = b.fusedMatMul(matrix, b.reshape(across, [count, high, wide * tile.m * n * channels]), {
    transBatchB: true,
  });
  return b.slice(b.reshape(down, [high * tile.m, wide * tile.m, n, channels]), [0, 1], [0, 0], f.out);
}

/** Gradients of the input and of the kernels. */
export function filterGradients(b: Builder, f: Filtering, dy: Value): [dx: Value, dw: Value] {
  const tile = tileOf(f);
  const [height, width] = [dim(f.x.shape, 0), dim(f.x.shape, 1)];
  const [n, from] = [dim(f.x.shape, 2), dim(f.x.shape, 3)];
  const [high, wide] = [countTiles(tile, dim(f.out, 0)), countTiles(tile, dim(f.out, 1))];
  const count = tile.kernel.length;
  const stacked = (points: Value): Value => b.reshape(points, [1, ...points.shape]);
  const kernels = stacked(kernelPoints(b, f.w, tile));
  const tiles = stacked(inputPoints(b, f, tile, [1]));
  const d = stacked(cut(b, dy, outputMatrix(b, tile, dim(f.out, 0)), outputMatrix(b, tile, dim(f.out, 1)), tile, [1]));
  const dKernel = b.fusedMatMul(d, tiles, { transA: true });
  const dw = b.gemm(b.reshape(dKernel, [count ** 2, sizeOf(f.w.shape) / 9]), kernelMatrix(b, tile), undefined, {
    transA: true,
  });
  const dPoints = b.fusedMatMul(d, kernels);
  const [rows, columns] = [inputMatrix(b, f, tile, 0), inputMatrix(b, f, tile, 1)];
  const joined = b.fusedMatMul(
    b.reshape(rows, [1, count * high, height]),
    b.reshape(dPoints, [count, count * high, wide * n * from]),
    { transA: true },
  );
  const turned = b.reshape(b.transpose(joined, [1, 0, 2]), [height, count * wide, n * from]);
  const dx = b.fusedMatMul(b.reshape(columns, [1, count * wide, width]), turned, { transA: true });
  return [b.reshape(dx, f.x.shape), b.reshape(dw, f.w.shape)];
}

/** The tiles of the input at the points: [points squared, tiles of the batch, c]. */
function inputPoints(b: Builder, f: Filtering, tile: Tile, pass: readonly 1[] = []): Value {
  return cut(b, f.x, inputMatrix(b, f, tile, 0), inputMatrix(b, f, tile, 1), tile, pass);
}

/**
 * The kernels at the points: [points squared, m, c]. The runtime evaluates the operand that stands last in the file first,
 * so callers make this before the longer way to the other operand, or all kernels of the model are held from the start.
 */
function kernelPoints(b: Builder, w: Value, tile: Tile): Value {
  const points = b.gemm(kernelMatrix(b, tile), b.reshape(w, [sizeOf(w.shape) / 9, 9]), undefined, { transB: true });
  return b.reshape(points, [tile.kernel.length ** 2, dim(w.shape, 0), dim(w.shape, 1)]);
}

/**
 * Applies a matrix [points x tiles, size] to each spatial axis: [points across, points down, tiles, n, c] by points. The
 * runtime keeps memory for the next tensor of the same shape, so `pass` gives those of the backward pass another rank: else
 * the forward pass of the first layers would leave its tiles lying until the backward pass: measured 210 MB of the 1050 of a ResNet-18 of batch 32.
 */
function cut(b: Builder, x: Value, rows: Value, columns: Value, tile: Tile, pass: readonly 1[] = []): Value {
  const [height, width, n, c] = [dim(x.shape, 0), dim(x.shape, 1), dim(x.shape, 2), dim(x.shape, 3)];
  const count = tile.kernel.length;
  const [high, wide] = [dim(rows.shape, 0) / count, dim(columns.shape, 0) / count];
  const across = b.op("MatMul", [columns, b.reshape(x, [...pass, height, width, n * c])]);
  const points = b.fusedMatMul(b.reshape(rows, [1, ...rows.shape]), b.reshape(across, [height, count, wide * n * c]), {
    transBatchB: true,
  });
  return b.reshape(points, [count ** 2, high * wide * n, c]);
}

/** Row (p, t), column i: the weight of input i at point p of tile t. Rows and columns outside the image are left out. */
function inputMatrix(b: Builder, f: Filtering, tile: Tile, axis: number): Value {
  const before = f.before[axis] ?? 0;
  return banded(
    b,
    tile,
    dim(f.out, axis),
    dim(f.x.shape, axis),
    (point, at, t) => (tile.input[point] ?? [])[at + before - t * tile.m],
  );
}

/** Row (p, t), column i: the weight of point p of tile t in output i. */
function outputMatrix(b: Builder, tile: Tile, size: number): Value {
  return banded(b, tile, size, size, (point, at, t) => tile.output[at - t * tile.m]?.[point]);
}

function banded(
  b: Builder,
  tile: Tile,
  out: number,
  size: number,
  weight: (point: number, at: number, t: number) => number | undefined,
): Value {
  const [count, tiles] = [tile.kernel.length, countTiles(tile, out)];
  const numbers = Float32Array.from(
    { length: count * tiles * size },
    (_, i) => weight(Math.floor(i / (tiles * size)), i % size, Math.floor(i / size) % tiles) ?? 0,
  );
  return b.constant("float32", [count * tiles, size], numbers);
}

/** Row (across, down), column (down, across) of the kernel: the weight of a kernel element at a point. */
function kernelMatrix(b: Builder, tile: Tile): Value {
  const rows = tile.kernel.flatMap((across) =>
    tile.kernel.map((down) => down.flatMap((first) => across.map((second) => first * second))),
  );
  return constantMatrix(b, rows);
}

function constantMatrix(b: Builder, rows: readonly (readonly number[])[]): Value {
  return b.constant("float32", [rows.length, rows[0]?.length ?? 0], Float32Array.from(rows.flat()));
}
