import { binary } from "./families/elementwise";

export const or = binary({ name: "Or", gradient: "none", fold: (a, b) => Number(a !== 0 || b !== 0) });
