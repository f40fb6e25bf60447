import { binary } from "./families/elementwise";

export const add = binary({ name: "Add", gradient: ({ dy }) => [dy, dy], fold: (a, b) => a + b });
