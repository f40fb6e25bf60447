import type { Outputs } from "../api/trpc";

export type Overview = Outputs["spending"]["overview"];
export type Project = Overview["projects"][number];
export type Policy = Overview["policy"];
export type Request = Outputs["spending"]["requests"][number];
