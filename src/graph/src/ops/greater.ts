import { binary } from "./families/elementwise";

export const greater = binary({ name: "Greater", result: "bool", gradient: "none", fold: (a, b) => Number(a > b) });
