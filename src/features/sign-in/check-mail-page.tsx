import { MailCheck, SquareTerminal } from "lucide-react";
import Link from "next/link";
import { Button } from "@/ui/button";
import type { Theme } from "@/ui/theme";
import { PlainFrame } from "./plain-frame";

/** After a link was sent: where it is. */
export function CheckMailPage({
  email,
  inTerminal,
  theme,
}: {
  email: string | null;
  inTerminal: boolean;
  theme: Theme;
}) {
  const Icon = inTerminal ? SquareTerminal : MailCheck;
  return (
    <PlainFrame theme={theme}>
      <Icon className="size-8 text-ink-faint" aria-hidden="true" />
      <h1 className="mt-4 text-2xl font-semibold tracking-tight">
        {inTerminal ? "Your link is in the terminal" : "Check your mail"}
      </h1>
      <div className="mt-2 space-y-3 text-sm text-ink-soft">
        {inTerminal ? (
          <>
            <p>
              The sandbox sends no mail. The link for <strong className="text-ink">{email ?? "you"}</strong> is a line
              in the terminal where Trainyard runs:
            </p>
            <pre className="overflow-x-auto rounded-md border bg-sunken px-3 py-2 font-mono text-xs text-ink">
              Sign-in link for {email ?? "you"}: http://…
            </pre>
            <p>
              Open it in this browser. All links are kept in{" "}
              <code className="font-mono text-xs">mail/outbox.ndjson</code> in the data folder.
            </p>
          </>
        ) : (
          <p>
            We sent a link to <strong className="text-ink">{email ?? "your address"}</strong>. It works once, within an
            hour. If it does not come, look in the spam folder.
          </p>
        )}
      </div>
      <div className="mt-6">
        <Button asChild>
          <Link href="/sign-in">Send it again or use another address</Link>
        </Button>
      </div>
    </PlainFrame>
  );
}
