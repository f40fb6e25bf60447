import type { Inputs, Outputs } from "../api/trpc";

export type Project = Outputs["spending"]["overview"]["projects"][number];
export type Preview = Outputs["spending"]["preview"];
type Allocation = Omit<Inputs["spending"]["preview"], "amountMicros">;

/** What the buyer has said about what the job is for. Text until it is read. */
export interface AllocationDraft {
  readonly projectId: string | null;
  readonly poNumber: string;
  readonly costCentre: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Further tags as "name: value", separated by commas. */
  readonly moreTags: string;
}

export const EMPTY_ALLOCATION: AllocationDraft = {
  projectId: null,
  poNumber: "",
  costCentre: "",
  tags: {},
  moreTags: "",
};

export interface AllocationReading {
  /** Null while something is wrong. */
  readonly input: Allocation | null;
  readonly tagsError: string | null;
}

const TAGS_ERROR = "Write tags as “name: value”, separated by commas.";

/** Reads the draft; empty fields say nothing. Tags that the chosen project does not ask for are left out. */
export function readAllocation(draft: AllocationDraft, project: Project | null): AllocationReading {
  const more = readTags(draft.moreTags);
  if (more === null) return { input: null, tagsError: TAGS_ERROR };
  const wanted = (project?.requiredTags ?? []).map((tag) => [tag, draft.tags[tag]?.trim() ?? ""] as const);
  const tags = Object.fromEntries([...more, ...wanted].filter(([, value]) => value !== ""));
  return {
    input: {
      projectId: draft.projectId,
      poNumber: draft.poNumber.trim() || null,
      costCentre: draft.costCentre.trim() || null,
      tags,
    },
    tagsError: null,
  };
}

function readTags(text: string): (readonly [string, string])[] | null {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const pairs = parts.map((part) => part.split(/\s*[:=]\s*(.*)/s));
  if (pairs.some(([name, value]) => !name || !value)) return null;
  return pairs.map(([name = "", value = ""]) => [name, value] as const);
}
