import Link from "next/link";
import { Notice } from "@/ui/error-note";
import type { Preview } from "./allocation";

/** Says before posting what the organisation's rules make of it: needs approval, by whom and why, or cannot be. */
export function ApprovalNotice({ preview }: { preview: Preview }) {
  const { decision, approvers } = preview;
  if (decision.kind === "allowed") return null;
  if (decision.kind === "refused")
    return (
      <Notice tone="warn">
        <p>{decision.reason}</p>
      </Notice>
    );
  const names = approvers.map(({ name, role }) => `${name} (${role})`);
  return (
    <Notice tone="warn">
      <p>
        This needs approval by {decision.approvals === 1 ? "finance, an admin or an owner" : "two other people"} because{" "}
        {decision.reason}. Nothing is held until then.
      </p>
      <p className="mt-1">
        {names.length >= decision.approvals ? (
          `May approve: ${names.join(", ")}.`
        ) : (
          <>
            {names.length === 0 ? "Nobody else" : `Only ${names.join(", ")}`} may approve yet.{" "}
            <Link href="/organisation" className="text-link">
              Invite someone as finance
            </Link>
          </>
        )}
      </p>
    </Notice>
  );
}
