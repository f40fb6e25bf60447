import { binary } from "./families/elementwise";

export const xor = binary({ name: "Xor", result: "bool", gradient: "none", fold: (a, b) => Number(a !== b) });
