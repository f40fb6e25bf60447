import type { DemoPerson } from "@/server/auth-demo";
import { Spinner } from "@/ui/spinner";

interface DemoPeopleProps {
  readonly people: readonly DemoPerson[];
  readonly sendingTo: string | null;
  readonly onChoose: (email: string) => void;
}

/** The sandbox's people, one press each, by organisation. */
export function DemoPeople({ people, sendingTo, onChoose }: DemoPeopleProps) {
  const organisations = [...new Set(people.map((person) => person.organisationName))];
  return (
    <section className="mt-10" aria-labelledby="demo-people">
      <h2 id="demo-people" className="text-sm font-semibold">
        This is the sandbox: sign in as
      </h2>
      <p className="mt-0.5 text-xs text-ink-faint">The link appears in the terminal that runs Trainyard.</p>
      {organisations.map((organisation) => (
        <div key={organisation} className="mt-4">
          <h3 className="mb-1.5 text-xs text-ink-faint">{organisation}</h3>
          <ul className="overflow-hidden rounded-lg border bg-surface">
            {people
              .filter((person) => person.organisationName === organisation)
              .map((person) => (
                <li key={person.email} className="border-b last:border-b-0">
                  <button
                    type="button"
                    disabled={sendingTo !== null}
                    onClick={() => onChoose(person.email)}
                    className="flex w-full items-center justify-between gap-3 px-3 py-2 text-left hover:bg-sunken disabled:opacity-60"
                  >
                    <span className="min-w-0">
                      <span className="block text-sm font-medium">Send link as {person.name}</span>
                      <span className="block truncate text-xs text-ink-faint">{person.email}</span>
                    </span>
                    <span className="flex shrink-0 items-center gap-2 text-xs text-ink-soft">
                      {sendingTo === person.email ? <Spinner /> : null}
                      {person.role}
                    </span>
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
