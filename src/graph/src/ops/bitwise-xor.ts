import { binary } from "./families/elementwise";

export const bitwiseXor = binary({ name: "BitwiseXor", gradient: "none" });
