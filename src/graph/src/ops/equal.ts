import { binary } from "./families/elementwise";

export const equal = binary({ name: "Equal", result: "bool", gradient: "none", fold: (a, b) => Number(a === b) });
