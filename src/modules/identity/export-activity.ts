import { csvLine, requireRole, type Context } from "@/kernel";
import { ExportActivityInput } from "./inputs";
import { memberAddresses } from "./member-addresses";
import { selectActivity } from "./store";

const PAGE = 1_000;
const HEADER = ["Id", "Time (UTC)", "Actor", "Person", "Action", "Target", "Before", "After", "Details"];

/**
 * The organisation's audit log as CSV, newest first, a line an entry, page by page so that a long log costs no memory.
 * Finance may take it away; every member may look at it.
 */
export async function* exportActivity(ctx: Context, input: ExportActivityInput): AsyncGenerator<string> {
  const { organisationId } = requireRole(ctx.actor, "finance");
  const filter = ExportActivityInput.parse(input);
  const tx = ctx.database.reader;
  const members = await memberAddresses(tx, organisationId);
  const people = new Map(members.map(({ userId, email }) => [`user:${userId}`, email]));
  yield csvLine(HEADER);
  let beforeId: bigint | null = null;
  for (;;) {
    const rows: Awaited<ReturnType<typeof selectActivity>> = await selectActivity(tx, {
      ...filter,
      organisationId,
      beforeId,
      limit: PAGE,
    });
    for (const row of rows) {
      const { before, after, rest } = partsOf(row.details);
      const person = people.get(row.actor) ?? "";
      yield csvLine([
        { number: String(row.id) },
        row.at.toISOString(),
        row.actor,
        person,
        row.action,
        row.target,
        before,
        after,
        rest,
      ]);
    }
    beforeId = rows.at(-1)?.id ?? null;
    if (rows.length < PAGE || beforeId === null) return;
  }
}

/** An entry's details, with what was there before and after in columns of their own. */
function partsOf(details: unknown): { before: string; after: string; rest: string } {
  const { before, after, ...rest } =
    typeof details === "object" && details !== null ? (details as Record<string, unknown>) : {};
  const text = (value: unknown): string => (value === undefined || value === null ? "" : JSON.stringify(value));
  return { before: text(before), after: text(after), rest: Object.keys(rest).length === 0 ? "" : JSON.stringify(rest) };
}
