import { binary } from "./families/elementwise";

export const less = binary({ name: "Less", result: "bool", gradient: "none", fold: (a, b) => Number(a < b) });
