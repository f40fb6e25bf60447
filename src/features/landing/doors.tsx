import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/ui/button";

/** The two ways in. */
export function Doors() {
  return (
    <section className="grid gap-4 md:grid-cols-2" aria-label="Start">
      <Door title="I want a model trained" href="/jobs/new" action="Post a job">
        Start with a digit classifier or a character GPT and watch the first verified segment come in, or export your
        own model from PyTorch.
      </Door>
      <Door title="I have hardware that could earn" href="/machines" action="Join a machine">
        One command checks your machine, measures it and offers it. You set the lowest price per hour that it works for.
      </Door>
    </section>
  );
}

function Door({ title, href, action, children }: { title: string; href: string; action: string; children: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-lg border bg-surface p-6">
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      <p className="text-sm text-ink-soft">{children}</p>
      <div className="mt-auto pt-2">
        <Button asChild variant="primary">
          <Link href={href}>{action}</Link>
        </Button>
      </div>
    </div>
  );
}
