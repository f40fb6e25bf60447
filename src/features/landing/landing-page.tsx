import Link from "next/link";
import { Button } from "@/ui/button";
import { Logo } from "@/ui/logo";
import type { Theme } from "@/ui/theme";
import { ThemeToggle } from "@/ui/theme-toggle";
import { Doors } from "./doors";
import { HowItWorks } from "./how-it-works";
import { Trust } from "./trust";
import { YardPicture } from "./yard-picture";

interface LandingPageProps {
  readonly signedIn: boolean;
  readonly sandbox: boolean;
  readonly theme: Theme;
}

/** What this is, for somebody who has never heard of it. */
export function LandingPage({ signedIn, sandbox, theme }: LandingPageProps) {
  return (
    <div className="mx-auto max-w-6xl px-4 sm:px-6">
      <header className="flex h-15 items-center justify-between">
        <Logo />
        <div className="flex items-center gap-2">
          <ThemeToggle theme={theme} />
          <Button asChild size="small">
            <Link href={signedIn ? "/jobs" : "/sign-in"}>{signedIn ? "Open the app" : "Sign in"}</Link>
          </Button>
        </div>
      </header>
      <main>
        <section className="grid items-center gap-10 py-10 sm:py-16 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] lg:gap-14">
          <div>
            <h1 className="text-4xl leading-[1.08] font-semibold tracking-tight text-balance sm:text-5xl">
              Pay for training once it is proven.
            </h1>
            <p className="mt-5 max-w-lg text-base leading-6 text-ink-soft sm:text-lg sm:leading-7">
              Trainyard runs your training on other people’s machines, in short segments. Strangers re-execute segments
              blind. What they can repeat bit for bit is paid; what they cannot costs you nothing.
            </p>
            <div className="mt-7 flex flex-wrap gap-3">
              <Button asChild variant="primary" size="large">
                <Link href="/jobs/new">Train a model</Link>
              </Button>
              <Button asChild size="large">
                <Link href="/machines">Provide a machine</Link>
              </Button>
            </div>
            {sandbox ? (
              <p className="mt-4 text-xs text-ink-faint">
                This installation is a sandbox: money is demo money, the training and its verification are real.
              </p>
            ) : null}
          </div>
          <YardPicture />
        </section>
        <HowItWorks />
        <Trust />
        <Doors />
      </main>
      <footer className="mt-16 border-t py-8 text-xs text-ink-faint">
        Trainyard, a market for verified AI training.
      </footer>
    </div>
  );
}
