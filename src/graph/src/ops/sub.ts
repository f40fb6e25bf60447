import { binary } from "./families/elementwise";

export const sub = binary({ name: "Sub", gradient: ({ b, dy }) => [dy, b.neg(dy)], fold: (a, b) => a - b });
