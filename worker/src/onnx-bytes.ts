/** Just enough of the ONNX wire format (protobuf) to write a graph by hand: the exact probe, and the hostile ones of tests. */
type Field = [number: number, value: number | bigint | string | Uint8Array];

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

function message(...fields: Field[]): Uint8Array {
  const parts = fields.map(([number, value]) => {
    if (typeof value === "number" || typeof value === "bigint")
      return Uint8Array.from([...varint(BigInt(number << 3)), ...varint(BigInt(value))]);
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    return Buffer.concat([
      Uint8Array.from([...varint(BigInt((number << 3) | 2)), ...varint(BigInt(bytes.byteLength))]),
      bytes,
    ]);
  });
  return Buffer.concat(parts);
}

export const FLOAT = 1;
export const UINT8 = 2;
export const INT8 = 3;
export const INT32 = 6;
export const INT64 = 7;
export const BOOL = 9;
export const DOUBLE = 11;

const dimensions = (shape: readonly number[]): Field[] => shape.map((size) => [1, message([1, size])]);

export const valueInfo = (name: string, type: number, shape: readonly number[]): Uint8Array =>
  message([1, name], [2, message([1, message([1, type], [2, message(...dimensions(shape))])])]);

export const tensor = (name: string, type: number, shape: readonly number[], raw: Uint8Array): Uint8Array =>
  message(...shape.map((size): Field => [1, size]), [2, type], [8, name], [9, raw]);

export const externalTensor = (name: string, shape: readonly number[], location: string): Uint8Array =>
  message(
    ...shape.map((size): Field => [1, size]),
    [2, FLOAT],
    [8, name],
    [13, message([1, "location"], [2, location])],
    [14, 1],
  );

export const node = (op: string, inputs: string[], outputs: string[], attributes: Uint8Array[] = []): Uint8Array =>
  message(
    ...inputs.map((name): Field => [1, name]),
    ...outputs.map((name): Field => [2, name]),
    [4, op],
    ...attributes.map((attribute): Field => [5, attribute]),
  );

export const intAttribute = (name: string, value: number): Uint8Array => message([1, name], [3, value], [20, 2]);

export const graphAttribute = (name: string, body: Uint8Array): Uint8Array => message([1, name], [6, body], [20, 5]);

export interface GraphParts {
  nodes: Uint8Array[];
  initializers?: Uint8Array[];
  inputs: Uint8Array[];
  outputs: Uint8Array[];
}

export const graph = (parts: GraphParts): Uint8Array =>
  message(
    ...parts.nodes.map((bytes): Field => [1, bytes]),
    [2, "g"],
    ...(parts.initializers ?? []).map((bytes): Field => [5, bytes]),
    ...parts.inputs.map((bytes): Field => [11, bytes]),
    ...parts.outputs.map((bytes): Field => [12, bytes]),
  );

export const model = (body: Uint8Array): Uint8Array => message([1, 9], [7, body], [8, message([1, ""], [2, 20])]);
