import { binary } from "./families/elementwise";

export const bitwiseAnd = binary({ name: "BitwiseAnd", gradient: "none" });
