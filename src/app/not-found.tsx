import Link from "next/link";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";

export default function NotFoundPage() {
  return (
    <main className="flex min-h-dvh items-center">
      <EmptyState
        title="There is nothing at this address"
        action={
          <Button asChild>
            <Link href="/">Go to the start</Link>
          </Button>
        }
      >
        <p>The link may be old, or a character is missing at its end.</p>
      </EmptyState>
    </main>
  );
}
