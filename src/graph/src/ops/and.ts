import { binary } from "./families/elementwise";

export const and = binary({ name: "And", gradient: "none", fold: (a, b) => Number(a !== 0 && b !== 0) });
